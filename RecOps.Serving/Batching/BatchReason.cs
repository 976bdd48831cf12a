namespace RecOps.Serving.Batching;

/// <summary>Why a batch left when it did.</summary>
internal enum BatchReason
{
    /// <summary>The device was idle.</summary>
    Idle,

    /// <summary>It had reached its largest useful size.</summary>
    Full,

    /// <summary>Its oldest job had waited for the longest allowed time.</summary>
    Age,

    /// <summary>Its earliest deadline left no more time, or limited its size.</summary>
    Deadline,

    /// <summary>The previous batch had ended or was about to.</summary>
    DeviceReady,

    /// <summary>Only spare jobs waited, and the device had time for them.</summary>
    Spare,
}
