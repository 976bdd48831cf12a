namespace RecOps.Shared.Telemetry;

/// <param name="Requests">The slowest first.</param>
public sealed record SlowRequestList(SlowRequest[] Requests);

/// <summary>One of the slowest requests of its minute.</summary>
/// <param name="RequestId">As the answer had it.</param>
/// <param name="At">When it began.</param>
/// <param name="Source">Where its list came from, as in answers.</param>
/// <param name="Cluster">-1 for none.</param>
/// <param name="WaitedMs">For a thread, before it began; not in the total.</param>
/// <param name="Parts">In the order of time. What is between them is looking into the cache, Redis, and waiting for threads.</param>
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

/// <summary>The batch that it rode in.</summary>
/// <param name="Reason">Why it left when it did.</param>
/// <param name="PaddedSize">Lists that the device worked for.</param>
/// <param name="PredictedMs">0 when nothing was known yet.</param>
public sealed record RequestBatch(string Reason, int Size, int PaddedSize, double PredictedMs, double ActualMs);
