namespace RecOps.Shared.Telemetry;

/// <summary>The SLO, and how much of the error budget is used.</summary>
/// <param name="LatencyMs">A list within this time is good.</param>
/// <param name="Target">Percent of requests that should be good.</param>
/// <param name="Windows">Shortest first; the last one covers the whole history and is the budget's.</param>
public sealed record SloState(int LatencyMs, double Target, BurnRate[] Windows);

/// <summary>How fast the error budget is used.</summary>
/// <param name="Minutes">Length of the window.</param>
/// <param name="Requests">Lists and failures in it. Client errors do not count.</param>
/// <param name="Bad">Those that failed or were late.</param>
/// <param name="Rate">
/// Share of bad ones ÷ the share that the target allows: at 1 the budget lasts exactly as long as it should. Null without requests.
/// </param>
public sealed record BurnRate(int Minutes, long Requests, long Bad, double? Rate);
