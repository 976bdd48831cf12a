using RecOps.Bench.Processes;
using RecOps.Shared;
using RecOps.Shared.Clusters;

namespace RecOps.Bench.Coldstart;

/// <summary>The cost of warm-up on a real, otherwise idle server.</summary>
/// <param name="Cpu">CPU time of the server's process.</param>
internal sealed record WarmingCost(int Lists, double Seconds, TimeSpan Cpu, long Bytes)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    public static async Task<WarmingCost> MeasureAsync(ServerProcess server, int lists, int clusters, CancellationToken cancellation)
    {
        await server.SignInAsync(cancellation);
        TimeSpan before = server.Usage.Cpu;
        WarmRun run = await server.PostAsync<WarmRun>(
            Routes.WarmRuns,
            new WarmRequest { UsersPerCluster = Math.Max(1, lists / clusters), Placement = "home" },
            cancellation
        );
        while (!run.IsOver)
        {
            await Task.Delay(Interval, cancellation);
            run = await server.GetAsync<WarmRun>(Routes.WarmRunOf(run.Id), cancellation);
        }

        if (run.State != WarmRunState.Completed)
            throw new InvalidOperationException($"The warm-up run ended as {run.State}: {run.Detail}");
        return new WarmingCost(run.Warmed, (run.Ended - run.Started)!.Value.TotalSeconds, server.Usage.Cpu - before, run.Bytes);
    }
}
