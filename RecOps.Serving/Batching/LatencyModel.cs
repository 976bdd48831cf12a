namespace RecOps.Serving.Batching;

/// <summary>
/// How long a batch takes, learnt from those that ran. A size that ran often and lately is known by its own mean and deviation; others
/// by a line through all sizes, with the deviation in proportion.
/// </summary>
internal sealed class LatencyModel
{
    /// <summary>Above the mean; a batch almost never takes longer.</summary>
    public const double PlannedDeviations = 3;
    private const int EnoughSamples = 8;
    private const double Forgetting = 0.98;

    // A size that has not run for so many batches is judged by the line, which knows how the device is now.
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

    /// <summary>Each padded size with its times; the caller may fill <see cref="BatchSize.InTime"/>.</summary>
    public Span<BatchSize> Sizes => _sizes;

    /// <summary>What batches of a padded size took, and of no other: however few they were, and however long ago.</summary>
    public RunningMoments Measured(int index) => _measured[index];

    /// <param name="index">Of the padded size.</param>
    /// <param name="ticks">Time the batch took.</param>
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
    /// A size nobody knows takes no longer than its jobs would in batches of the size below. Without this a line gone wrong could keep
    /// a size from ever being tried, and only trying puts the line right.
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

            // More jobs never take less time; noise between neighbours must not say so.
            mean = Math.Max(mean, own);
            plan = Math.Max(plan, own + (PlannedDeviations * deviation));
            _sizes[i].Mean = mean;
            _sizes[i].Plan = plan;
        }
    }
}
