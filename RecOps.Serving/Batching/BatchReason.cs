namespace RecOps.Serving.Batching;

/// <summary>Why a batch left when it did.</summary>
internal enum BatchReason
{
    /// <summary>The device had nothing to do.</summary>
    Idle,

    /// <summary>It was as large as a batch may be now.</summary>
    Full,

    /// <summary>Its oldest job had waited as long as any may.</summary>
    Age,

    /// <summary>Its earliest deadline left no more time, or set its size.</summary>
    Deadline,

    /// <summary>The batch before it ended or was about to.</summary>
    DeviceReady,

    /// <summary>Nobody waited, and the device had time for jobs that nobody waits for.</summary>
    Spare,
}
