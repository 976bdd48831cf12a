namespace RecOps.Serving.Batching;

/// <summary>Where a job is.</summary>
internal enum JobState
{
    /// <summary>With its owner.</summary>
    Idle,

    /// <summary>Waits for the device.</summary>
    Queued,

    /// <summary>Waits for another job with the same key.</summary>
    Following,

    /// <summary>On the device, or about to be told its outcome.</summary>
    Leaving,
}
