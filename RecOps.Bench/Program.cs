using BenchmarkDotNet.Running;
using RecOps.Bench.Retrieval;

BenchmarkSwitcher.FromAssembly(typeof(CandidateIndexBenchmarks).Assembly).Run(args);
