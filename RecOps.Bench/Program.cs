using RecOps.Bench;

return await BenchCommandLine.InvokeAsync(args);
