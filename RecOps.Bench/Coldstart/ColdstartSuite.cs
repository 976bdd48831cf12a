using System.CommandLine;
using System.Globalization;
using RecOps.Bench.Caching;
using RecOps.Bench.Cli;
using RecOps.Bench.Load;
using RecOps.Bench.Reports;

namespace RecOps.Bench.Coldstart;

/// <summary>What warm-up achieves in the first hour after a restart, in virtual time, and what it costs on a real server.</summary>
internal sealed class ColdstartSuite : Command
{
    private const string Verb = "coldstart";
    private const int Requests = 1_000_000;
    private const int DefaultSize = 100_000;
    private static readonly int[] Sizes = [5_000, 20_000, 50_000, DefaultSize, 150_000];

    /// <summary>Restart times in hours since the traffic began, spread over the fourth day.</summary>
    private static readonly double[] Moments = [.. Enumerable.Range(0, 8).Select(i => 72 + (3.0 * i))];

    private readonly ServerOptions _servers;

    public ColdstartSuite()
        : base(Verb, "Count requests without a cached list after a restart, by warm-up strategy.")
    {
        _servers = new ServerOptions(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Report report = ServerOptions.Report(parsed, Verb, "After a restart");
        report.Paragraph(
            $"""
            A shop of {Figure.Count(
                ShopTraffic.Shoppers
            )} shoppers in {ShopTraffic.Clusters} clusters with their own active hours, about 2.9 requests per second in visits
            of about five, is restarted at {Moments.Length} different times of its fourth day, in virtual time. The server's own estimate of
            next visitors knows the traffic so far; cached lists are lost (`Caching:SnapshotBytes` 0). A **cold** request is a shopper's first
            one without a cached list. *Random clusters* warms one cluster's shoppers after another, *most popular* those with the most requests in the three days, and
            *next visitors* is what the server does. *No restart* keeps all lists of the last six hours. The percentage is relative to *none*; *caused*
            counts requests for which a server without the restart would have had a list. Means over the restarts.
            """
        );
        ShopRequest[] requests = [.. new ShopTraffic(11).Visits(Requests, 0)];
        foreach (int size in Sizes)
        {
            report.Heading($"{Figure.Count(size)} lists{(size == DefaultSize ? ", the default" : "")}");
            report.Table(
                [
                    "warmed",
                    "lists",
                    .. Restart.Minutes.SelectMany(minutes => new[] { $"cold, {minutes} min", "", "caused" }),
                    "lists used in 60 min",
                ],
                Compare(requests, size)
            );
        }

        await WriteCostAsync(parsed, report, cancellation);
        report.Save(_servers.Out(parsed));
        return 0;
    }

    private async Task WriteCostAsync(ParseResult parsed, Report report, CancellationToken cancellation)
    {
        var counts = _servers.Manifest(parsed).Counts;
        await using RunningServer server = await _servers.StartAsync(parsed, cancellation, ("Caching__SnapshotBytes", "0"));
        WarmingCost cost = await WarmingCost.MeasureAsync(
            server.Process,
            Math.Min(counts.Users, DefaultSize),
            counts.Clusters,
            cancellation
        );
        report.Heading("What it costs");
        report.Paragraph(
            $"On an otherwise idle server with {Figure.Count(counts.Items)} items and {Figure.Count(counts.Users)} users: "
                + $"{Figure.Count(cost.Lists)} lists in "
                + $"{Figure.Seconds(cost.Seconds)} s, {Figure.Rate(cost.Lists / cost.Seconds)} per second, "
                + $"{Figure.Seconds(cost.Cpu.TotalSeconds)} s of CPU time, "
                + $"{Figure.Megabytes(cost.Bytes)} MB. The most likely visitors come first. A start waits for as many lists as fit into "
                + $"`Warming:BudgetSeconds` (5 s), "
                + $"{Figure.Count((long)(5 * cost.Lists / cost.Seconds))} here; the others follow in idle time."
        );
    }

    private static IEnumerable<string[]> Compare(ShopRequest[] requests, int size)
    {
        ILookup<string, Restart> restarts = Replay(requests, size).ToLookup(restart => restart.Warming);
        int[] none = Sum(restarts[Restart.None], restart => restart.Cold);
        foreach (IGrouping<string, Restart> runs in restarts)
        {
            int[] cold = Sum(runs, restart => restart.Cold),
                caused = Sum(runs, restart => restart.Caused);
            int lists = runs.Sum(run => run.Lists);
            yield return
            [
                runs.Key,
                Figure.Count(lists / Moments.Length),
                .. cold.SelectMany((count, i) => new[] { Mean(count), Change(count, none[i]), Mean(caused[i]) }),
                Figure.Share(runs.Sum(run => run.Used), lists),
            ];
        }

        static int[] Sum(IEnumerable<Restart> restarts, Func<Restart, int[]> counts) =>
            [.. Restart.Minutes.Select((_, i) => restarts.Sum(restart => counts(restart)[i]))];

        static string Mean(int count) => ((double)count / Moments.Length).ToString("0.0", CultureInfo.InvariantCulture);

        static string Change(int count, int none) =>
            (((double)count / none) - 1).ToString("+0.0 %;-0.0 %;0 %", CultureInfo.InvariantCulture);
    }

    private static IEnumerable<Restart> Replay(ShopRequest[] requests, int size)
    {
        var memory = new ShopMemory();
        int at = 0;
        foreach (double moment in Moments)
        {
            for (; requests[at].Hours < moment; at++)
                memory.See(requests[at]);
            ShopRequest[] after = [.. requests.Skip(at).TakeWhile(request => request.Hours < moment + 1)];
            HashSet<int> kept = [.. memory.Kept(moment)];
            yield return Of(Restart.None, []);
            yield return Of(Restart.Clusters, ShopMemory.RandomClusters(size, at));
            yield return Of(Restart.Popular, memory.Popular(size));
            yield return Of(Restart.Own, memory.Next(size, moment));
            yield return Of(Restart.Kept, kept);

            Restart Of(string warming, IEnumerable<int> lists) => Restart.Replay(warming, lists, kept, after, moment);
        }
    }
}
