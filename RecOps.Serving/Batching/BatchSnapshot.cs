namespace RecOps.Serving.Batching;

/// <summary>All a policy knows when it decides. Times are timestamps in ticks.</summary>
internal readonly ref struct BatchSnapshot
{
    public required long Now { get; init; }

    /// <summary>Jobs in the queue, at least one.</summary>
    public required int Waiting { get; init; }

    /// <summary>When the job came that has waited longest.</summary>
    public required long OldestEnqueued { get; init; }

    /// <summary>When the last job came.</summary>
    public required long NewestEnqueued { get; init; }

    public required long EarliestDeadline { get; init; }

    /// <summary>Lanes that run a batch; at least one other is free.</summary>
    public required int BusyLanes { get; init; }

    /// <summary>When the first of the running batches should end; the largest value when none runs.</summary>
    public required long NextEnd { get; init; }

    /// <summary>Whether a batch has just ended, so that jobs waited for it.</summary>
    public required bool AfterBatch { get; init; }

    /// <summary>Jobs that come, a tick.</summary>
    public required double ArrivalsPerTick { get; init; }

    public required ReadOnlySpan<BatchSize> Sizes { get; init; }

    public required BatchLimits Limits { get; init; }
}
