using RecOps.Bench.Processes;

namespace RecOps.Bench.Load;

/// <summary>What a server computed with so many requests always on their way.</summary>
/// <param name="ComputedPerSecond">Lists that were not lesser ones and came within the SLO.</param>
internal sealed record PeakStep(int Connections, double ComputedPerSecond, MeasuredLoad Load);

/// <summary>
/// The most computed lists a second within the SLO. More requests on their way help until the machine is busy and then only add
/// latency, or make the server give lesser lists, which do not count.
/// </summary>
internal static class PeakSearch
{
    private static readonly int[] Steps = [2, 4, 8, 16, 32, 64];

    /// <param name="planOf">A closed loop over so many connections.</param>
    public static async Task<PeakStep> FindAsync(RunningServer server, Func<int, LoadPlan> planOf, CancellationToken cancellation)
    {
        // The first one is slow whatever the server can do: the runtime still compiles.
        await server.LoadAsync(planOf(Steps[2]), cancellation);
        PeakStep? best = null;
        foreach (int connections in Steps)
        {
            MeasuredLoad load = await server.LoadAsync(planOf(connections), cancellation);
            PhaseResult phase = load.Result.Phases[0];
            var step = new PeakStep(connections, phase.GoodComputed / phase.Seconds, load);
            if (best is null || step.ComputedPerSecond > best.ComputedPerSecond) best = step;
        }

        return best!;
    }
}
