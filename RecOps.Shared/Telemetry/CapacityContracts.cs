namespace RecOps.Shared.Telemetry;

/// <summary>What was measured on this server, to estimate its capacity.</summary>
/// <param name="Provider">The provider that batches run on.</param>
/// <param name="IsGpu">Whether batches use no CPU time.</param>
/// <param name="Lanes">Batches at a time.</param>
/// <param name="ServiceTimes">By size, ascending; measured when the model was warmed up and with every batch since. Sizes that never ran
/// are left out.</param>
/// <param name="Load">Null when there were no requests in the last hour.</param>
public sealed record CapacityFacts(
    string Model,
    string Provider,
    bool IsGpu,
    int Cores,
    int Lanes,
    int SloMs,
    ServiceTime[] ServiceTimes,
    LoadCost? Load
);

/// <param name="Size">Lists in a batch.</param>
/// <param name="Ms">Mean time of such a batch.</param>
/// <param name="PlannedMs">Time that it almost never exceeds.</param>
/// <param name="Batches">Batches measured; recent ones count for more.</param>
public sealed record ServiceTime(int Size, double Ms, double PlannedMs, long Batches);

/// <summary>The server's load in the last hour, and what it cost.</summary>
/// <param name="Seconds">Seconds with requests.</param>
/// <param name="HitShare">Lists from the cache, 0 to 1.</param>
/// <param name="MeanBatch">Lists in a batch; 0 when there was none.</param>
/// <param name="OtherCpuMs">
/// CPU time per request outside its batch: the slope of a line through the seconds, so that background work is not counted. Null when
/// the seconds are too few, too uniform or too noisy to tell.
/// </param>
/// <param name="MeanCpuMs">Total CPU time divided by the requests; an upper bound.</param>
public sealed record LoadCost(int Seconds, long Requests, double HitShare, double MeanBatch, double? OtherCpuMs, double MeanCpuMs);
