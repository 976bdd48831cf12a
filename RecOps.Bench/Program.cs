using BenchmarkDotNet.Running;
using RecOps.Bench.Batching;
using RecOps.Bench.Retrieval;

if (args is ["batching", .. string[] rest]) return await BatchingSuite.RunAsync(rest);
BenchmarkSwitcher.FromAssembly(typeof(CandidateIndexBenchmarks).Assembly).Run(args);
return 0;
