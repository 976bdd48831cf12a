using System.CommandLine;
using System.Diagnostics;
using RecOps.Bench.Cli;
using RecOps.Bench.Processes;
using RecOps.Bench.Reports;
using RecOps.Serving.Caching;
using RecOps.Serving.Engine;
using RecOps.Shared.Bundles;
using RecOps.Shared.Recommendations;

namespace RecOps.Bench.Engine;

/// <summary>
/// <c>engine</c>: the cost of a list in this process, without HTTP, both cached and computed.
/// </summary>
internal sealed class EngineSuite : Command
{
    private const string Verb = "engine";
    private readonly ServerOptions _servers;

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Seconds per measurement.",
        HelpName = "n",
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<int> _callers = new("--callers")
    {
        Description = "Number of concurrent callers. Default: one per core.",
        HelpName = "n",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    public EngineSuite()
        : base(Verb, "Measure lists in this process, without HTTP.")
    {
        _servers = new ServerOptions(this);
        foreach (Option option in (Option[])[_seconds, _callers])
            Options.Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Report report = ServerOptions.Report(parsed, Verb, "The engine without HTTP");
        string bundle = _servers.Bundle(parsed);
        BundleManifest manifest = _servers.Manifest(parsed);
        var opening = Stopwatch.StartNew();
        await using RecommendationEngine engine = await RecommendationEngine.OpenAsync(bundle, cancellationToken: cancellation);
        TimeSpan opened = opening.Elapsed;
        await using RecommendationEngine uncached = await RecommendationEngine.OpenAsync(
            bundle,
            new EngineOptions { Caching = new CachingOptions { Enabled = false } },
            cancellation
        );
        int callers = parsed.GetValue(_callers);
        TimeSpan length = TimeSpan.FromSeconds(parsed.GetValue(_seconds));
        var cached = new CallerRun(engine, ["u-000003"], callers);
        string[] everybody =
        [
            .. Enumerable.Range(0, Math.Min(10_000, manifest.Counts.Users)).Select(user => engine.Model.Users.IdOf(user)),
        ];
        var computed = new CallerRun(uncached, everybody, callers);
        foreach (CallerRun run in (CallerRun[])[cached, computed])
            await run.RunAsync(length / 2, cancellation);
        RunCost ofCached = await cached.RunAsync(length, cancellation);
        RunCost ofComputed = await computed.RunAsync(length, cancellation);
        report.Paragraph(
            $"Bundle {manifest.Name}: {manifest.Counts.Items:#,0} items and {manifest.Counts.Users:#,0} users. {callers} callers in this "
                + $"process, each requesting 20 items again as soon as it has its list. The engine returns objects; writing them as JSON "
                + "is the host's job. Opening the engine and running every stage once took "
                + $"{Figure.Seconds(opened.TotalSeconds)} s."
        );
        report.Table(
            [
                "list",
                "lists/s",
                "lists per CPU second",
                "CPU µs per list",
                "bytes allocated per list",
                "p50 ms",
                "p99 ms",
                "fallback lists",
            ],
            [Row("from the cache, one shopper", ofCached), Row("computed, all shoppers, cache off", ofComputed)]
        );
        report.Paragraph("The difference to the same lists over HTTP (see [HTTP](http.md)) is what the server adds.");
        report.Save(_servers.Out(parsed));
        return 0;
    }

    private static string[] Row(string name, RunCost cost) =>
        [
            name,
            Figure.Rate(cost.Lists / cost.Time.TotalSeconds),
            Figure.Rate(cost.Lists / cost.Cpu.TotalSeconds),
            Figure.Micros(cost.Cpu.TotalSeconds / cost.Lists),
            Figure.Rate((double)cost.Allocated / cost.Lists),
            Figure.Ms(cost.P50Ms),
            Figure.Ms(cost.P99Ms),
            Figure.Share(cost.Degraded, cost.Lists),
        ];
}

/// <summary>Callers in this process, each of which requests one list after another.</summary>
internal sealed class CallerRun(RecommendationEngine engine, string[] users, int callers)
{
    private readonly Lock _counting = new();

    public async Task<RunCost> RunAsync(TimeSpan length, CancellationToken cancellation)
    {
        var times = new List<double>();
        long lists = 0;
        long degraded = 0;
        long allocated = GC.GetTotalAllocatedBytes();
        TimeSpan cpu = ProcessUsage.Of(Environment.ProcessId).Cpu;
        var running = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, callers)
                .Select(caller =>
                    Task.Run(
                        async () =>
                        {
                            var own = new List<double>();
                            long fallbacks = 0;
                            for (int i = caller; running.Elapsed < length; i += callers)
                            {
                                cancellation.ThrowIfCancellationRequested();
                                long start = Stopwatch.GetTimestamp();
                                RecommendationResponse list = await engine.RecommendAsync(
                                    new RecommendationRequest { UserId = users[i % users.Length] }
                                );
                                own.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                                if (list.Degraded)
                                    fallbacks++;
                            }

                            lock (_counting)
                            {
                                times.AddRange(own);
                                lists += own.Count;
                                degraded += fallbacks;
                            }
                        },
                        cancellation
                    )
                )
        );
        TimeSpan time = running.Elapsed;
        cpu = ProcessUsage.Of(Environment.ProcessId).Cpu - cpu;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        times.Sort();
        return new RunCost(lists, degraded, time, cpu, allocated, times[times.Count / 2], times[(int)(times.Count * 0.99)]);
    }
}

/// <param name="Degraded">Number of fallback lists among them.</param>
/// <param name="Cpu">CPU time of the process.</param>
internal sealed record RunCost(long Lists, long Degraded, TimeSpan Time, TimeSpan Cpu, long Allocated, double P50Ms, double P99Ms);
