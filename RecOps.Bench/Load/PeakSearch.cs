namespace RecOps.Bench.Load;

/// <summary>A server's throughput with a constant number of requests in flight.</summary>
internal sealed record PeakStep(int Connections, MeasuredLoad Load)
{
    private PhaseResult Phase => Load.Result.Phases[0];

    /// <summary>Lists per second within the SLO that were not fallback lists.</summary>
    public double ComputedPerSecond => Phase.GoodComputed / Phase.Seconds;

    /// <summary>Their share of all requests.</summary>
    public double ComputedShare => (double)Phase.GoodComputed / Phase.Sent;
}

/// <summary>
/// Finds the peak: the most lists per second while nearly all of them are computed and within the SLO. More requests in flight help until
/// the machine is busy; beyond that they only add latency or cause fallback lists.
/// </summary>
internal static class PeakSearch
{
    private const double NearlyAll = 0.97;
    private static readonly int[] Steps = [2, 4, 8, 16, 32, 64];

    /// <param name="planOf">Creates a closed loop over this many connections.</param>
    public static async Task<PeakStep> FindAsync(RunningServer server, Func<int, LoadPlan> planOf, CancellationToken cancellation)
    {
        // Warm-up: the first run is slow because the runtime is still compiling.
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
