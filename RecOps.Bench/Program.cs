using BenchmarkDotNet.Running;
using RecOps.Bench.Retrieval;

if (args is ["retrieval", .. string[] rest]) return await RetrievalSuite.RunAsync(rest);
BenchmarkSwitcher.FromAssembly(typeof(CandidateIndexBenchmarks).Assembly).Run(args);
return 0;
