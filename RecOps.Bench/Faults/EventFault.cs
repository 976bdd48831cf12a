namespace RecOps.Bench.Faults;

/// <summary>Something that goes wrong while events come.</summary>
/// <param name="Name">For the report.</param>
/// <param name="UsesRedis">Whether replicas share a Redis.</param>
/// <param name="HappenAsync">Makes it happen and ends it.</param>
/// <param name="FillsDisk">Whether it needs a file system of its own.</param>
internal sealed record EventFault(
    string Name,
    bool UsesRedis,
    Func<FaultStage, CancellationToken, Task> HappenAsync,
    bool FillsDisk = false
);

/// <summary>What came of it.</summary>
/// <param name="Answered">Events answered 202 while it went on.</param>
/// <param name="Refused">Events answered 503 then, and sent again afterwards until they were taken.</param>
/// <param name="Unanswered">Calls that broke off.</param>
/// <param name="Lost">Of all that were answered 202 in the end, those that the server does not know after it was killed and started
/// again;</param>
/// <param name="LostElsewhere">those that a replica which was started later does not know; null without Redis.</param>
internal sealed record EventFaultResult(string Name, int Answered, int Refused, int Unanswered, int Lost, int? LostElsewhere);
