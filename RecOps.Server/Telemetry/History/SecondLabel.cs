namespace RecOps.Server.Telemetry.History;

/// <summary>Assigns a second of the clock to each second of telemetry, so that no label of a run is used twice or left out.</summary>
internal static class SecondLabel
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Leeway = Second / 2;

    /// <summary>
    /// Normally the one after the last. A timer ticks slightly early or late; near a full second, two ticks could fall into one second and
    /// leave the next without any. If a tick is off by more than half a second, the clock counts instead: the server stalled, or the clock
    /// was set.
    /// </summary>
    /// <param name="begun">When the second began.</param>
    /// <param name="last">The last one's label; null at first.</param>
    /// <returns>A full second.</returns>
    public static DateTimeOffset Of(DateTimeOffset begun, DateTimeOffset? last)
    {
        if (last + Second is { } next && begun >= next - Leeway && begun < next + Second + Leeway)
            return next;
        return DateTimeOffset.FromUnixTimeSeconds(begun.ToUnixTimeSeconds());
    }
}
