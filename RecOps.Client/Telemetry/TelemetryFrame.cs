using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>Everything the telemetry pages show at one time. A paused page keeps one frame; a live page takes the newest.</summary>
/// <param name="End">The second the frame ends with; of a coarser frame, the start of its last window.</param>
/// <param name="Windows">Consecutive, oldest first, the last one at <paramref name="End"/>; null where there is no data.</param>
/// <param name="Minute">The last 60 seconds merged; null until the server has sent it.</param>
/// <param name="Server">The server's state at that time; null where it is not known.</param>
public sealed record TelemetryFrame(
    DateTimeOffset End,
    IReadOnlyList<TelemetryWindow?> Windows,
    TelemetryWindow? Minute,
    ServerState? Server
)
{
    /// <summary>How much the console remembers, second by second.</summary>
    public const int MaxSeconds = 600;

    /// <summary>Whether the history has arrived and the server's current state has not.</summary>
    public bool AwaitsPresent { get; init; }

    /// <summary>The SLO and its error budget; null where it is not known.</summary>
    public SloState? Slo { get; init; }

    /// <summary>The alerts firing at that time, most severe first; null where it is not known.</summary>
    public FiringAlert[]? Alerts { get; init; }

    /// <summary>Length of each window.</summary>
    public int StepSeconds { get; init; } = 1;

    /// <summary>The windows of the last <paramref name="seconds"/> seconds with their times, oldest first.</summary>
    internal IEnumerable<(DateTimeOffset Time, TelemetryWindow? Window)> Last(int seconds)
    {
        for (int i = (seconds / StepSeconds) - 1; i >= 0; i--)
        {
            int index = Windows.Count - 1 - i;
            yield return (End.AddSeconds(-i * StepSeconds), index >= 0 ? Windows[index] : null);
        }
    }
}
