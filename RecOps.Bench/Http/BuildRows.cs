using System.CommandLine;
using System.Globalization;
using RecOps.Bench.Cli;
using RecOps.Bench.Load;
using RecOps.Bench.Reports;

namespace RecOps.Bench.Http;

/// <summary>
/// The cost of a cached list in this build and in another. Both are restarted several times: two starts of one build differ more than the
/// rounds of one start, since the compiler optimizes for what it happened to see.
/// </summary>
internal static class BuildRows
{
    private const int Starts = 8;
    private const int Rounds = 5;

    /// <param name="other">The .dll of the other build's server.</param>
    /// <param name="load">Load of a round.</param>
    public static async Task AddAsync(
        Report report,
        ServerOptions servers,
        ParseResult parsed,
        string other,
        Func<RunningServer, LoadPlan> load,
        CancellationToken cancellation
    )
    {
        var ratios = new double[Starts];
        for (int start = 0; start < Starts; start++)
        {
            await using RunningServer now = await servers.StartAsync(parsed, cancellation);
            await using RunningServer then = await servers.StartAsync(parsed, other, [], cancellation);
            ratios[start] = await CompareAsync(now, then, load, cancellation);
        }

        Array.Sort(ratios);
        report.Heading("Against another build");
        report.Paragraph(
            string.Create(
                CultureInfo.InvariantCulture,
                $"A cached list of one shopper takes {Middle(ratios):0.00} × the CPU time of the build given as `--against`. This is the "
                    + $"median of {Starts} starts of both builds, from {ratios[0]:0.00} to {ratios[^1]:0.00}; each is the median of "
                    + $"{Rounds} alternating rounds."
            )
        );
    }

    private static async Task<double> CompareAsync(
        RunningServer now,
        RunningServer then,
        Func<RunningServer, LoadPlan> load,
        CancellationToken cancellation
    )
    {
        var ratios = new List<double>();

        // An extra warm-up round lets the runtime compile and recompile hot code.
        for (int round = 0; round <= Rounds; round++)
        {
            bool isThenFirst = round % 2 == 1;
            double first = await CostAsync(isThenFirst ? then : now, load, cancellation);
            double second = await CostAsync(isThenFirst ? now : then, load, cancellation);
            if (round > 0)
                ratios.Add(isThenFirst ? second / first : first / second);
        }

        return Middle([.. ratios.Order()]);
    }

    private static async Task<double> CostAsync(RunningServer server, Func<RunningServer, LoadPlan> load, CancellationToken cancellation) =>
        (await server.LoadAsync(load(server), cancellation, withMetrics: false)).CpuSecondsPerRequest;

    private static double Middle(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
