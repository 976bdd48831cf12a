namespace RecOps.Bench.Load;

/// <summary>What a server computed with so many requests always on their way.</summary>
internal sealed record PeakStep(int Connections, MeasuredLoad Load)
{
    private PhaseResult Phase => Load.Result.Phases[0];

    /// <summary>Lists that were no fallback lists and came within the SLO.</summary>
    public double ComputedPerSecond => Phase.GoodComputed / Phase.Seconds;

    /// <summary>Of everything that was asked for.</summary>
    public double ComputedShare => (double)Phase.GoodComputed / Phase.Sent;
}

/// <summary>
/// The most lists a second while nearly every one is a computed one within the SLO. More requests on their way help until the machine
/// is busy and then only add latency, or make the server give fallback lists.
/// </summary>
internal static class PeakSearch
{
    private const double NearlyAll = 0.97;
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
            var step = new PeakStep(connections, load);
            if (best is null || (step.ComputedShare >= NearlyAll && step.ComputedPerSecond > best.ComputedPerSecond))
                best = step;
        }

        return best!;
    }
}
