using System.Globalization;
using RecOps.Bench.Reports;

namespace RecOps.Bench.Caching;

/// <summary>Writes the suite's page.</summary>
internal static class CacheReport
{
    private const double Goal = -0.5;

    public static void Write(Report report, IReadOnlyList<TraceComparison> comparisons, IReadOnlyList<HitCost> costs)
    {
        report.Paragraph(
            """
            Every cache gets the same requests in the same order and the same limit in bytes. A requested list that is missing is added.
            **worth** is RecOps's own (`Caching:Policy` worth, the default). **W-TinyLFU** is BitFaster's as RecOps uses it (`lfu`), with its
            maintenance on the caller's thread. **LRU** is exact. MemoryCache, and FusionCache on top of one, have the same limit as their size
            limit; they evict on another thread, so their figures vary from run to run. **Belady** knows the future.
            Figures are hit rates in percent. Sizes are shares of the memory that all lists of the trace would take. The replay uses the
            production store, not a model of it.
            """
        );
        Goals(report, comparisons);
        foreach (TraceComparison comparison in comparisons)
            Table(report, comparison);
        report.Heading("A hit");
        report.Paragraph("100,000 lists, all of them cached, in random order, on one thread; median of nine alternating rounds.");
        report.Table(
            ["cache", "ns", "bytes allocated"],
            costs.Select(cost => new[] { cost.Cache, Number(cost.Nanoseconds, "0"), Number(cost.Bytes, "0.0") })
        );
        report.Paragraph(
            """
            Besides the lookup, a hit of **worth** records its use: both counts, the segment's order, and nine miniature caches for a sample of
            the keys. The caller that fills the record buffer processes it; no hit waits for that.

            That 1,000 concurrent requests for a missing list cause a single computation is verified by a test:
            `ResultCacheTests.Recommend_ManyAtOnce_OneComputation`.
            """
        );
    }

    private static void Goals(Report report, IReadOnlyList<TraceComparison> comparisons)
    {
        report.Heading("Goal");
        report.Paragraph("Never more than 0.5 percentage points of hit rate below the best rival, Belady aside, at any size on any trace.");
        report.Table(
            ["trace", "worst lead, points", "at", "best lead, points", "at", "goal"],
            comparisons.Select(comparison =>
            {
                SizeComparison worst = comparison.Sizes.MinBy(size => size.HitLead)!,
                    best = comparison.Sizes.MaxBy(size => size.HitLead)!;
                return new[]
                {
                    comparison.Trace.Name,
                    Points(worst.HitLead),
                    Share(worst.Share),
                    Points(best.HitLead),
                    Share(best.Share),
                    worst.HitLead >= Goal ? "met" : "missed",
                };
            })
        );
    }

    private static void Table(Report report, TraceComparison comparison)
    {
        Trace trace = comparison.Trace;
        report.Heading(char.ToUpperInvariant(trace.Name[0]) + trace.Name[1..]);
        report.Paragraph(
            $"{char.ToUpperInvariant(trace.About[0])}{trace.About[1..]}. {Figure.Count(trace.Requests.Length)} requests, "
                + $"{Number(trace.DistinctBytes / 1e6, "0")} MB."
        );
        bool costs = trace.Requests.Any(request => request.Cost != trace.Requests[0].Cost);
        bool clusters = trace.Requests.Any(request => request.Cluster >= 0);
        string[] header = ["size", Rivals.Own, .. clusters ? new[] { "worth, no clusters" } : [], .. Rivals.Names, Rivals.Best, "lead"];
        report.Table(header, comparison.Sizes.Select(size => Row(size, clusters, run => run.HitRatio, size.HitLead)));
        if (!costs)
            return;
        report.Paragraph("Share of the cost of all requests that was saved by hits:");
        report.Table(header, comparison.Sizes.Select(size => Row(size, clusters, run => run.Saved, size.SavedLead)));
    }

    private static string[] Row(SizeComparison size, bool clusters, Func<CacheRun, double> figure, double lead)
    {
        CacheRun[] runs = [size.Own, .. clusters ? new[] { size.Unclustered } : [], .. size.Rivals, size.Best];
        return [Share(size.Share), .. runs.Select(run => Number(figure(run) * 100, "0.00")), Points(lead)];
    }

    private static string Share(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);

    private static string Points(double points) => points.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    private static string Number(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
