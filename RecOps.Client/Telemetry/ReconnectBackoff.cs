namespace RecOps.Client.Telemetry;

/// <summary>
/// How long to wait before each attempt to reconnect: doubling from half a second to ten, less up to a fifth of random
/// jitter, so that a team's consoles do not all reconnect in step after a restart.
/// </summary>
internal static class ReconnectBackoff
{
    /// <summary>This many failures in a row count as offline rather than a hiccup.</summary>
    public const int OfflineAfter = 3;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <param name="failures">Failures in a row so far, at least 1.</param>
    /// <param name="jitter">0 to 1, drawn by the caller.</param>
    public static TimeSpan Delay(int failures, double jitter)
    {
        double doubled = First.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 10));
        double bounded = Math.Min(doubled, Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(bounded * (1 - 0.2 * jitter));
    }
}
