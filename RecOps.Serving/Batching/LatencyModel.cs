namespace RecOps.Serving.Batching;

/// <summary>
/// Learns how long batches take.
/// 1. A size that ran often and recently uses its own mean and deviation (<see cref="RunningMoments"/>).
/// 2. Other sizes use a line through all sizes (<see cref="RecursiveLeastSquares"/>), but never more time per job than the size below;
/// their deviation is proportional.
/// 3. Means and plans are made non-decreasing by size. A plan is the mean plus three deviations.
/// </summary>
internal sealed class LatencyModel
{
    /// <summary>Deviations above the mean; a batch almost never takes longer.</summary>
    public const double PlannedDeviations = 3;
    private const int EnoughSamples = 8;
    private const double Forgetting = 0.98;

    // A size that has not run for this many batches uses the line, which reflects the device's current speed.
    private const long StaleAfter = 2000;

    private readonly RecursiveLeastSquares _line = new(Forgetting);
    private readonly RunningMoments[] _measured;
    private readonly long[] _lastRun;
    private readonly BatchSize[] _sizes;
    private RunningMoments _ratios;
    private long _batches;

    /// <param name="sizes">Padded sizes, ascending.</param>
    public LatencyModel(ReadOnlySpan<int> sizes)
    {
        _measured = new RunningMoments[sizes.Length];
        _lastRun = new long[sizes.Length];
        _sizes = new BatchSize[sizes.Length];
        for (int i = 0; i < sizes.Length; i++)
            _sizes[i].Size = sizes[i];
    }

    /// <summary>Each padded size with its durations; the caller may fill <see cref="BatchSize.InTime"/>.</summary>
    public Span<BatchSize> Sizes => _sizes;

    /// <summary>Durations measured at a padded size alone: however few, and however long ago.</summary>
    public RunningMoments Measured(int index) => _measured[index];

    /// <param name="index">Index of the padded size.</param>
    /// <param name="ticks">Duration of the batch.</param>
    public void Observe(int index, long ticks)
    {
        _batches++;
        _lastRun[index] = _batches;
        ref RunningMoments measured = ref _measured[index];
        double believed = measured.Believe(Math.Max(1, ticks), EnoughSamples);
        if (_batches > 1 && Line(index) is > 0 and var expected)
            _ratios.Observe(Math.Min(believed / expected, 2));
        measured.Observe(believed);
        _line.Observe(_sizes[index].Size, believed);
        Plan();
    }

    private double Line(int index) => Math.Max(0, _line.Intercept + (_line.Slope * _sizes[index].Size));

    /// <summary>
    /// An unknown size takes no longer than its jobs would in batches of the size below. Otherwise a wrong line could keep a size from ever
    /// being tried, and only a run corrects the line.
    /// </summary>
    private double Guess(int index, double below) =>
        index == 0 ? Line(index) : Math.Min(Line(index), below * _sizes[index].Size / _sizes[index - 1].Size);

    private void Plan()
    {
        double mean = 0,
            plan = 0;
        for (int i = 0; i < _sizes.Length; i++)
        {
            bool known = _measured[i].Count >= EnoughSamples && _batches - _lastRun[i] < StaleAfter;
            double own = known ? _measured[i].Mean : Guess(i, mean);
            double deviation = known ? _measured[i].Deviation : own * _ratios.Deviation;

            // More jobs never take less time; noise between neighbouring sizes must not suggest so.
            mean = Math.Max(mean, own);
            plan = Math.Max(plan, own + (PlannedDeviations * deviation));
            _sizes[i].Mean = mean;
            _sizes[i].Plan = plan;
        }
    }
}
