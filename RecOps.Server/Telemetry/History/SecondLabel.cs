namespace RecOps.Server.Telemetry.History;

/// <summary>Which second of the clock a second of telemetry is, so that no two of a run have the same one and none is left out.</summary>
internal static class SecondLabel
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Leeway = Second / 2;

    /// <summary>
    /// The one after the last. A timer ticks a little early or late, and where it ticks near a full second, two ticks can fall into one
    /// and leave the next without any. When it is more than half a second early or late, the clock counts instead: the server
    /// stood still, or the clock was set.
    /// </summary>
    /// <param name="begun">When it began.</param>
    /// <param name="last">The last one's label; null at first.</param>
    /// <returns>A full second.</returns>
    public static DateTimeOffset Of(DateTimeOffset begun, DateTimeOffset? last)
    {
        if (last + Second is { } next && begun >= next - Leeway && begun < next + Second + Leeway)
            return next;
        return DateTimeOffset.FromUnixTimeSeconds(begun.ToUnixTimeSeconds());
    }
}
