namespace RecOps.Bench.Load;

/// <summary>
/// When requests are due: a Poisson process with one rate per phase. It does not depend on answers, so a slow server gets no relief (an
/// open loop). The same seed gives the same times.
/// </summary>
internal sealed class PoissonArrivals(IReadOnlyList<LoadPhase> phases, int seed)
{
    private readonly Random _random = new(seed);
    private double _now;
    private double _start;
    private int _phase;

    /// <param name="due">Seconds from the start of the run.</param>
    /// <param name="phase">Phase that contains that time.</param>
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

            // The process is memoryless, so the wait starts again when the rate changes.
            (_now, _start) = (end, end);
        }

        (due, phase) = (_now, phases.Count - 1);
        return false;
    }
}
