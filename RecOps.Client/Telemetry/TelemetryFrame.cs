using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>Everything the overview shows at one moment. A paused page holds on to one; a live page takes the newest.</summary>
/// <param name="End">The second the frame ends with.</param>
/// <param name="Seconds">One-second windows, oldest first and the last one at <paramref name="End"/>; null where nothing is known.</param>
/// <param name="Minute">The last 60 seconds merged; null until the server sent it.</param>
/// <param name="Server">What the server was at that moment; null until it sent it.</param>
public sealed record TelemetryFrame(
    DateTimeOffset End, IReadOnlyList<TelemetryWindow?> Seconds, TelemetryWindow? Minute, ServerState? Server)
{
    /// <summary>How much the console remembers.</summary>
    public const int MaxSeconds = 600;

    /// <summary>The last <paramref name="count"/> seconds with their times, oldest first.</summary>
    internal IEnumerable<(DateTimeOffset Time, TelemetryWindow? Window)> Last(int count)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            int index = Seconds.Count - 1 - i;
            yield return (End.AddSeconds(-i), index >= 0 ? Seconds[index] : null);
        }
    }
}
