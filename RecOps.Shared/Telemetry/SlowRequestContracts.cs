namespace RecOps.Shared.Telemetry;

/// <param name="Requests">The slowest first.</param>
public sealed record SlowRequestList(SlowRequest[] Requests);

/// <summary>One of the slowest requests of its minute.</summary>
/// <param name="RequestId">As in the answer.</param>
/// <param name="At">When it began.</param>
/// <param name="Source">Where its list came from, as in answers.</param>
/// <param name="Cluster">-1 for none.</param>
/// <param name="WaitedMs">Time spent waiting for a thread before it began; not in the total.</param>
/// <param name="Parts">In order of time. The gaps between them are cache lookups, Redis, and waiting for threads.</param>
public sealed record SlowRequest(
    string RequestId,
    DateTimeOffset At,
    string UserId,
    string Placement,
    string Source,
    bool Degraded,
    int Cluster,
    string Model,
    int RulesVersion,
    double TotalMs,
    double WaitedMs,
    RequestPart[] Parts
)
{
    /// <summary>Null when nothing was computed for it.</summary>
    public RequestBatch? Batch { get; set; }
}

/// <param name="Stage">One of <see cref="Telemetry.Stage"/>.</param>
/// <param name="StartMs">From the request's beginning.</param>
public sealed record RequestPart(string Stage, double StartMs, double Ms);

/// <summary>The batch that it was in.</summary>
/// <param name="Reason">Why it was dispatched when it was.</param>
/// <param name="PaddedSize">Lists that the device processed.</param>
/// <param name="PredictedMs">0 when there was no estimate yet.</param>
public sealed record RequestBatch(string Reason, int Size, int PaddedSize, double PredictedMs, double ActualMs);
