namespace RecOps.Bench.Faults;

/// <summary>A fault while events are being sent.</summary>
/// <param name="Name">Name in the report.</param>
/// <param name="UsesRedis">Whether replicas share a Redis.</param>
/// <param name="HappenAsync">Causes the fault and ends it.</param>
/// <param name="FillsDisk">Whether it needs its own file system.</param>
internal sealed record EventFault(
    string Name,
    bool UsesRedis,
    Func<FaultStage, CancellationToken, Task> HappenAsync,
    bool FillsDisk = false
);

/// <summary>The outcome of a fault.</summary>
/// <param name="Answered">Events answered 202 during the fault.</param>
/// <param name="Refused">Events answered 503 during the fault, and retried afterwards until they were accepted.</param>
/// <param name="Unanswered">Calls whose connection broke.</param>
/// <param name="Lost">Events answered 202 in the end that the server does not know after it was killed and restarted.</param>
/// <param name="LostElsewhere">The same for a replica that was started later; null without Redis.</param>
internal sealed record EventFaultResult(string Name, int Answered, int Refused, int Unanswered, int Lost, int? LostElsewhere);
