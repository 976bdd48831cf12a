using System.Globalization;
using RecOps.Bench.Reports;

namespace RecOps.Bench.Caching;

/// <summary>The suite's page.</summary>
internal static class CacheReport
{
    private const double Goal = -0.5;

    public static void Write(Report report, IReadOnlyList<TraceComparison> comparisons, IReadOnlyList<HitCost> costs)
    {
        report.Paragraph(
            """
            Every cache gets the same requests in the same order and the same bound in bytes; a list that is asked for and not there is put in.
            **worth** is RecOps's own (`Caching:Policy` worth, the default), **W-TinyLFU** is BitFaster's as RecOps uses it (`lfu`), with its
            upkeep on the caller's thread, **LRU** is exact. MemoryCache and FusionCache, which keeps its entries in one, have the same bound as
            size limit; they make room on another thread, so that their figures vary from run to run. **Belady** knows the future.
            Figures are hit ratios in percent; sizes are shares of what all lists of the trace would take. What replays is the store that
            serves, not a model of it.
            """
        );
        Goals(report, comparisons);
        foreach (TraceComparison comparison in comparisons)
            Table(report, comparison);
        report.Heading("A hit");
        report.Paragraph("100,000 lists, all there, in random order, one thread; median of nine rounds in turns.");
        report.Table(
            ["cache", "ns", "bytes allocated"],
            costs.Select(cost => new[] { cost.Cache, Number(cost.Nanoseconds, "0"), Number(cost.Bytes, "0.0") })
        );
        report.Paragraph(
            """
            A hit of **worth** pays for what it notes beside the lookup: both counts, the segment's order, and for a sample of the keys nine
            miniature caches. A note is worked through by whoever fills the buffer; no hit waits for one.

            That 1,000 concurrent requests for a list that is not there are one computation is a test, not a figure:
            `ResultCacheTests.Recommend_ManyAtOnce_OneComputation`.
            """
        );
    }

    private static void Goals(Report report, IReadOnlyList<TraceComparison> comparisons)
    {
        report.Heading("Goal");
        report.Paragraph("Never more than 0.5 points of hit ratio below the best rival, Belady aside, at any size on any trace.");
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
        report.Paragraph("Share of the cost of all requests that hits saved:");
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
