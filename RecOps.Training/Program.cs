using RecOps.Training.Cli;

using var interrupt = new Interrupt();
return await TrainingCommandLine.InvokeAsync(args, Console.Out, Console.Error, interrupt.Token);
