namespace RecOps.Serving.Batching;

/// <summary>State of a job.</summary>
internal enum JobState
{
    /// <summary>With its owner.</summary>
    Idle,

    /// <summary>Waiting for the device.</summary>
    Queued,

    /// <summary>Waiting for another job with the same key.</summary>
    Following,

    /// <summary>On the device, or about to be notified.</summary>
    Leaving,
}
