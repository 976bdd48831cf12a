using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>Everything the pages of telemetry show at one moment. A paused page holds on to one; a live page takes the newest.</summary>
/// <param name="End">The second the frame ends with; of a coarser frame, the start of its last window.</param>
/// <param name="Windows">One after the other without a gap, oldest first and the last one at <paramref name="End"/>; null where nothing is
/// known.</param>
/// <param name="Minute">The last 60 seconds merged; null until the server sent it.</param>
/// <param name="Server">What the server was at that moment; null where it is not known.</param>
public sealed record TelemetryFrame(
    DateTimeOffset End,
    IReadOnlyList<TelemetryWindow?> Windows,
    TelemetryWindow? Minute,
    ServerState? Server
)
{
    /// <summary>How much the console remembers, second by second.</summary>
    public const int MaxSeconds = 600;

    /// <summary>Whether the past is here already, and what the server is now is still on its way.</summary>
    public bool AwaitsPresent { get; init; }

    /// <summary>How much room for failure is left; null where it is not known.</summary>
    public SloState? Slo { get; init; }

    /// <summary>What fired at that moment, the gravest first; null where it is not known.</summary>
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
