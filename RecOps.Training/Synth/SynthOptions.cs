namespace RecOps.Training.Synth;

/// <summary>Sizes of a synthetic shop.</summary>
internal sealed record SynthOptions
{
    /// <summary>At least 1.</summary>
    public required int Users { get; init; }

    /// <summary>At least 1.</summary>
    public required int Items { get; init; }

    /// <summary>The same seed and sizes give the same shop, byte for byte.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Days of history, 1 to 3650; the last one is <see cref="SynthCalendar.LastDay"/>.</summary>
    public int Days { get; init; } = 365;

    /// <summary>Approximate mean number of events per user and year.</summary>
    public double InteractionsPerUser { get; init; } = 60;

    /// <summary>Write CSV without gzip.</summary>
    public bool Plain { get; init; }
}
