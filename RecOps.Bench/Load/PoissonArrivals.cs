namespace RecOps.Bench.Load;

/// <summary>
/// When requests are due: a Poisson process whose rate changes by phase. It knows nothing of answers, so a slow server is not spared
/// (an open loop). The same seed gives the same moments.
/// </summary>
internal sealed class PoissonArrivals(IReadOnlyList<LoadPhase> phases, int seed)
{
    private readonly Random _random = new(seed);
    private double _now;
    private double _start;
    private int _phase;

    /// <param name="due">Seconds from the start of the run.</param>
    /// <param name="phase">Which phase that is in.</param>
    /// <returns>False when the run is over.</returns>
    public bool TryNext(out double due, out int phase)
    {
        for (; _phase < phases.Count; _phase++)
        {
            double end = _start + phases[_phase].Seconds;
            if (phases[_phase].Rate > 0)
            {
                double next = _now - (Math.Log(1 - _random.NextDouble()) / phases[_phase].Rate);
                if (next < end)
                {
                    (_now, due, phase) = (next, next, _phase);
                    return true;
                }
            }

            // The process has no memory, so at the change of rate the wait starts anew.
            (_now, _start) = (end, end);
        }

        (due, phase) = (_now, phases.Count - 1);
        return false;
    }
}
