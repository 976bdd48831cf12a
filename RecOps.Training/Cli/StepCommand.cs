using System.CommandLine;
using RecOps.Training.Distillation;
using RecOps.Training.Import;

namespace RecOps.Training.Cli;

/// <summary><c>step</c>: trains one network for a training that runs in another process. Not for people.</summary>
internal sealed class StepCommand : Command
{
    private readonly Argument<string> _specification = new("specification");

    public StepCommand()
        : base(StepProcess.Verb, "Train one network of a training in progress.")
    {
        Hidden = true;
        Arguments.Add(_specification);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        try
        {
            string json = await File.ReadAllTextAsync(parsed.GetRequiredValue(_specification), cancellation).ConfigureAwait(false);
            using var progress = new StepProcess.Reporter(parsed.InvocationConfiguration.Output);
            TrainingStep.Parse(json).Run(progress, cancellation);
            return ExitCode.Success;
        }
        catch (TrainingException problem)
        {
            await error.WriteLineAsync(problem.Message).ConfigureAwait(false);
            return ExitCode.BadInput;
        }
    }
}
