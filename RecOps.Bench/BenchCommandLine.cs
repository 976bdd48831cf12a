using System.CommandLine;
using BenchmarkDotNet.Running;
using RecOps.Bench.Batching;
using RecOps.Bench.Caching;
using RecOps.Bench.Catalog;
using RecOps.Bench.Coldstart;
using RecOps.Bench.Distillation;
using RecOps.Bench.Engine;
using RecOps.Bench.Faults;
using RecOps.Bench.Http;
using RecOps.Bench.Load;
using RecOps.Bench.Overload;
using RecOps.Bench.Pipeline;
using RecOps.Bench.Redis;
using RecOps.Bench.Retrieval;
using RecOps.Bench.Rules;
using RecOps.Bench.SignIns;
using RecOps.Bench.Swap;
using RecOps.Bench.Telemetry;
using RecOps.Training.Cli;

namespace RecOps.Bench;

/// <summary>One command for each suite. A suite also writes what it prints to docs/benchmarks.</summary>
internal static class BenchCommandLine
{
    public static RootCommand CreateRoot() =>
        new RootCommand("RecOps.Bench: load tests and benchmarks, each with a baseline in the same run.")
        {
            new HttpSuite(),
            new EngineSuite(),
            new CacheSuite(),
            new CatalogSuite(),
            new ColdstartSuite(),
            new PipelineSuite(),
            new OverloadSuite(),
            new RedisSuite(),
            new FaultsSuite(),
            new RulesSuite(),
            new SignInSuite(),
            new SwapSuite(),
            new TelemetrySuite(),
            new DistillationSuite(),
            Suite(
                "batching",
                "Compare the batching policy with fixed settings and other batchers, in virtual time.",
                (options, _) => BatchingSuite.RunAsync(options)
            ),
            Suite(
                "retrieval",
                "Compare the candidate index with those of faiss, on one thread.",
                (options, _) => RetrievalSuite.RunAsync(options)
            ),
            Suite("micro", "Run the BenchmarkDotNet benchmarks; accepts its options, such as --filter.", RunMicro),
            new LoadCommand(),
            new StaticServerCommand(),
        }.WithInvariantNumbers();

    public static Task<int> InvokeAsync(string[] arguments) =>
        CreateRoot().Parse(arguments).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

    /// <summary>A suite that parses its options itself.</summary>
    private static Command Suite(string name, string description, Func<string[], CancellationToken, Task<int>> runAsync)
    {
        var options = new Argument<string[]>("options") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command(name, description) { options };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, cancellation) => runAsync([.. parsed.GetValue(options) ?? [], .. parsed.UnmatchedTokens], cancellation));
        return command;
    }

    private static Task<int> RunMicro(string[] options, CancellationToken cancellation)
    {
        BenchmarkSwitcher.FromAssembly(typeof(BenchCommandLine).Assembly).Run(options);
        return Task.FromResult(0);
    }
}
