using System.CommandLine;
using RecOps.Bench.Cli;
using RecOps.Bench.Reports;

namespace RecOps.Bench.Caching;

/// <summary>Compares what the cache keeps with what other caches would have kept, for the same requests.</summary>
internal sealed class CacheSuite : Command
{
    /// <summary>Capacities, as shares of the memory that all lists of a trace would take.</summary>
    private static readonly double[] Sizes = [0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7];

    private readonly Option<string> _trace = new("--trace")
    {
        Description = "The Scarab trace of the Caffeine cache simulator, gzip. Left out if the file does not exist.",
        DefaultValueFactory = _ => "",
    };
    private readonly Option<string> _output = new("--output")
    {
        Description = "Directory for the report.",
        DefaultValueFactory = _ => Path.Combine(Repository.Root, "docs", "benchmarks"),
    };

    public CacheSuite()
        : base("cache", "Compare eviction with LRU, W-TinyLFU, MemoryCache, FusionCache and the optimum; measure the cost of a hit.")
    {
        Add(_trace);
        Add(_output);
        SetAction(parsed => Run(parsed.GetValue(_trace)!, parsed.GetValue(_output)!));
    }

    private static int Run(string path, string output)
    {
        var comparisons = new List<TraceComparison>();
        foreach (Trace trace in Traces(path))
        {
            Console.WriteLine($"{trace.Name}");
            comparisons.Add(TraceComparison.Run(trace, Sizes));
        }

        var report = new Report("cache", "What the cache keeps", "cache --trace scarab-recs.bin.gz", Console.Out);
        CacheReport.Write(report, comparisons, HitCost.MeasureAll());
        report.Save(output);
        return 0;
    }

    private static IEnumerable<Trace> Traces(string path)
    {
        if (ScarabTrace.Read(path) is { } scarab)
            yield return scarab;
        yield return new ShopTraffic(1).Zipf(0.9, 0);
        yield return new ShopTraffic(2).Zipf(0.9, 0.01);
        yield return new ShopTraffic(3).Visits(mixed: false);
        yield return new ShopTraffic(4).Visits(mixed: true);
    }
}
