namespace RecOps.Serving.Batching;

/// <summary>How a job ended. All but <see cref="Completed"/> and <see cref="Failed"/> never touched the device.</summary>
internal enum BatchOutcome
{
    /// <summary>It has its result: its own, or a copy of its leader's.</summary>
    Completed,

    /// <summary>Its deadline passed while it waited.</summary>
    Expired,

    /// <summary>It could not have met its deadline.</summary>
    Hopeless,

    /// <summary>The queue was full.</summary>
    Rejected,

    /// <summary>Its caller cancelled it, or the batcher was closed.</summary>
    Cancelled,

    /// <summary>The device threw; the job keeps the exception.</summary>
    Failed,
}
