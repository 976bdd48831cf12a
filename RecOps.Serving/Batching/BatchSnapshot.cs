namespace RecOps.Serving.Batching;

/// <summary>Everything that a policy knows. Times are timestamps in ticks.</summary>
internal readonly ref struct BatchSnapshot
{
    public required long Now { get; init; }

    /// <summary>Jobs in the queue, at least one.</summary>
    public required int Waiting { get; init; }

    /// <summary>Arrival of the job that has waited longest.</summary>
    public required long OldestEnqueued { get; init; }

    /// <summary>Arrival of the latest job.</summary>
    public required long NewestEnqueued { get; init; }

    public required long EarliestDeadline { get; init; }

    /// <summary>Lanes that run a batch; at least one other is free.</summary>
    public required int BusyLanes { get; init; }

    /// <summary>Predicted end of the first running batch; the largest value when none runs.</summary>
    public required long NextEnd { get; init; }

    /// <summary>Whether a batch has just ended, which jobs were waiting for.</summary>
    public required bool AfterBatch { get; init; }

    /// <summary>Arrivals per tick.</summary>
    public required double ArrivalsPerTick { get; init; }

    public required ReadOnlySpan<BatchSize> Sizes { get; init; }

    public required BatchLimits Limits { get; init; }
}
