using RecOps.Bench.Cli;

return await BenchCommandLine.InvokeAsync(args);
