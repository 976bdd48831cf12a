using System.Globalization;
using System.Text;
using RecOps.Bench.Reports;

namespace RecOps.Bench.Batching;

/// <summary>Writes the suite's page.</summary>
internal static class BatchingReport
{
    private const double GoodputGoal = 0.95,
        LightGoal = 1.05,
        OverloadGoal = 0.9;

    public static string Progress(LoadPoint last, IEnumerable<LoadPoint> points) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{last.Model.Name}, {last.Pattern}: worst goodput {points.Min(point => point.GoodputRatio):F3} of the best fixed setting's"
        );

    public static string Write(IReadOnlyList<LoadPoint> points, string command, BatchingArguments arguments)
    {
        var page = new StringBuilder();
        page.Append(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                # Adaptive batching

                {Machine.Describe()}. {DateTime.UtcNow:yyyy-MM-dd}. Virtual time: the figures are the same on every machine.

                ```bash
                {command}
                ```

                The server's own scheduler, policy and estimators run in a simulation; only the clock and the device are simulated.
                {arguments.Requests:N0} requests per run, seed {arguments.Seed}, the first tenth not counted. A batch takes
                α · padded size + β, with a log-normal coefficient of variation of {DeviceModel.Noise:P0}. **Goodput** is answers within
                the objective per second. **Peak** is the throughput of a device that never idles, with batches of which two in a row fit the objective. The
                **oracle** is the fixed setting, of sizes {string.Join(", ", LoadPoint.Sizes)} and waits {string.Join(
                    ", ",
                    LoadPoint.WaitsMs
                )}
                ms, with the highest goodput at that load. It differs by load and is only known afterwards. Fixed settings and the other
                batchers use RecOps's queue, which sheds requests that have expired or could not be in time even alone. Like RecOps, fixed
                settings also skip requests that would be late in their batch.


                """
            )
        );
        AppendDevices(page, points);
        AppendGoals(page, points);
        page.Append("## Policies by load\n\nGoodput as a share of peak; median and 99th percentile of latency in milliseconds.\n");
        foreach (var group in points.GroupBy(point => (point.Model, point.Pattern)))
            AppendPolicies(page, [.. group]);
        page.Append("\n## The sweep\n\nGoodput of every fixed setting as a share of the best at that load.\n");
        foreach (var group in points.GroupBy(point => (point.Model, point.Pattern)))
            AppendSweep(page, [.. group]);
        return page.ToString();
    }

    private static void AppendDevices(StringBuilder page, IReadOnlyList<LoadPoint> points)
    {
        page.Append(
            "| device | lanes | α ms | β ms | preparation ms | objective ms | padded | peak/s | without batching/s "
                + "|\n|---|---|---|---|---|---|---|---|---|\n"
        );
        foreach (DeviceModel model in points.Select(point => point.Model).Distinct())
        {
            page.Append(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {model.Name} | {model.Lanes} | {model.AlphaMs} | {model.BetaMs} | {model.HostMs} | {model.SloMs} | "
                        + $"{(model.Padded ? "to powers of two" : "no")} | {model.PeakPerSecond():F0} | {model.UnbatchedPerSecond():F0} |\n"
                )
            );
        }

        page.Append(
            "\nBursty: half the rate for 400 ms on average, then three times the rate for 100 ms. Light load: a tenth of the device's "
                + "throughput without batching.\n\n"
        );
    }

    private static void AppendGoals(StringBuilder page, IReadOnlyList<LoadPoint> points)
    {
        page.Append(
            string.Create(
                CultureInfo.InvariantCulture,
                $"## Goals\n\n| device | arrivals | goodput ÷ oracle, worst load (≥ {GoodputGoal}) "
                    + $"| median ÷ no batching, light load and 10 % (≤ {LightGoal}) | goodput ÷ peak at 150 % (≥ {OverloadGoal}) "
                    + $"| median ÷ quickest setting of equal goodput, worst load to 90 % |\n|---|---|---|---|---|---|\n"
            )
        );
        foreach (var group in points.GroupBy(point => (point.Model, point.Pattern)))
        {
            LoadPoint worst = group.MinBy(point => point.GoodputRatio)!;
            LoadPoint light = group.First(),
                tenth = group.ElementAt(1),
                over = group.Last();
            double latency = group.Where(point => point.Load <= 0.9).Max(point => point.RecOps.P50Ms / point.Quickest.Run.P50Ms);
            page.Append(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {group.Key.Model.Name} | {group.Key.Pattern} | {worst.GoodputRatio:F3} at {worst.Load:P0} | {Median(light):F3}, "
                        + $"{Median(tenth):F3} | {over.RecOps.Goodput / group.Key.Model.PeakPerSecond():F3} (oracle "
                        + $"{over.Best.Run.Goodput / group.Key.Model.PeakPerSecond():F3}) | {latency:F3} |\n"
                )
            );
        }

        page.Append(
            "\nA bursty load is uneven: at 150 %, the quiet phases, four fifths of the time, bring only 75 % of peak. Only about 0.8 of "
                + "peak\ncan be answered; the oracle's figure is in brackets.\n\n"
        );
        static double Median(LoadPoint point) => point.RecOps.P50Ms / point.Unbatched.Run.P50Ms;
    }

    private static void AppendPolicies(StringBuilder page, IReadOnlyList<LoadPoint> points)
    {
        double peak = points[0].Model.PeakPerSecond();
        string[] names = [.. points[0].Policies.Keys];
        page.Append(
            string.Create(
                CultureInfo.InvariantCulture,
                $"\n### {points[0].Model.Name}, {points[0].Pattern}\n\n| load | no batching | best fixed | {string.Join(" | ", names)} | "
                    + $"RecOps's mean batch | device busy |\n|---|---|---|"
            )
        );
        page.Append(string.Concat(Enumerable.Repeat("---|", names.Length + 2))).Append('\n');
        foreach (LoadPoint point in points)
        {
            page.Append(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {point.Load:P1} | {Cell(point.Unbatched.Run)} | {Cell(point.Best.Run)} ({point.Best.Size} × {point.Best.WaitMs} "
                        + $"ms) |"
                )
            );
            foreach (string name in names)
            {
                string bold = name == PolicyChoice.RecOps ? "**" : "";
                page.Append(string.Create(CultureInfo.InvariantCulture, $" {bold}{Cell(point.Policies[name])}{bold} |"));
            }

            page.Append(string.Create(CultureInfo.InvariantCulture, $" {point.RecOps.MeanBatch:F1} | {point.RecOps.BusyShare:P0} |\n"));
        }

        string Cell(SimulationRun run) =>
            string.Create(CultureInfo.InvariantCulture, $"{run.Goodput / peak:F3}; {run.P50Ms:F1}; {run.P99Ms:F1}");
    }

    private static void AppendSweep(StringBuilder page, IReadOnlyList<LoadPoint> points)
    {
        string loads = string.Join(" | ", points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.Load:P1}")));
        page.Append(
            string.Create(
                CultureInfo.InvariantCulture,
                $"\n<details><summary>{points[0].Model.Name}, {points[0].Pattern}</summary>\n\n| size × wait | " + $"{loads} |\n|---|"
            )
        );
        page.Append(string.Concat(Enumerable.Repeat("---|", points.Count))).Append('\n');
        for (int i = 0; i < points[0].Sweep.Count; i++)
        {
            page.Append(string.Create(CultureInfo.InvariantCulture, $"| {points[0].Sweep[i].Size} × {points[0].Sweep[i].WaitMs} ms |"));
            foreach (LoadPoint point in points)
                page.Append(string.Create(CultureInfo.InvariantCulture, $" {point.Sweep[i].Run.Goodput / point.Best.Run.Goodput:F3} |"));
            page.Append('\n');
        }

        page.Append("| **RecOps** |");
        foreach (LoadPoint point in points)
            page.Append(string.Create(CultureInfo.InvariantCulture, $" **{point.GoodputRatio:F3}** |"));
        page.Append("\n\n</details>\n");
    }
}
