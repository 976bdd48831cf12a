namespace RecOps.Shared.Telemetry;

/// <summary>What was promised, and how much of the room for failure is used up.</summary>
/// <param name="LatencyMs">A list within it is good.</param>
/// <param name="Target">Percent of the requests that are to be good.</param>
/// <param name="Windows">The shortest first; the last one is all that is kept, and the budget's.</param>
public sealed record SloState(int LatencyMs, double Target, BurnRate[] Windows);

/// <summary>How fast the room for failure is used up.</summary>
/// <param name="Minutes">Length of the time looked at.</param>
/// <param name="Requests">In it: lists and failures. What callers got wrong does not count.</param>
/// <param name="Bad">Of them failed or late.</param>
/// <param name="Rate">
/// Share of bad ones ÷ the share that the target allows: at 1 the budget lasts exactly as long as it has to. Null without requests.
/// </param>
public sealed record BurnRate(int Minutes, long Requests, long Bad, double? Rate);
