namespace RecOps.Shared.Telemetry;

/// <summary>What was measured on this server, to reckon from how much it can do.</summary>
/// <param name="Provider">That batches run on.</param>
/// <param name="IsGpu">Whether batches take no time of the processors.</param>
/// <param name="Lanes">Batches at a time.</param>
/// <param name="ServiceTimes">By size, ascending; measured when the model was warmed up and with every batch since. Sizes of which none ran
/// are left out.</param>
/// <param name="Load">Null when nothing was asked in the last hour.</param>
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
/// <param name="Batches">That were measured; recent ones count for more.</param>
public sealed record ServiceTime(int Size, double Ms, double PlannedMs, long Batches);

/// <summary>What was asked of the server in the last hour, and what it cost.</summary>
/// <param name="Seconds">In which something was asked.</param>
/// <param name="HitShare">Lists from the cache, 0 to 1.</param>
/// <param name="MeanBatch">Lists in a batch; 0 when there was none.</param>
/// <param name="OtherCpuMs">
/// Processor time of a request besides its batch: the slope of a line through the seconds, so that what the server does anyway is not
/// counted. Null when the seconds are too few, too much alike or too much disturbed to tell.
/// </param>
/// <param name="MeanCpuMs">Processor time of all that ran, divided by the requests; an upper bound.</param>
public sealed record LoadCost(int Seconds, long Requests, double HitShare, double MeanBatch, double? OtherCpuMs, double MeanCpuMs);
