using RecOps.Client.Hosting;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>Builds a frame from the server's history.</summary>
internal static class PastFrame
{
    public static ApiProblem Forgotten { get; } =
        new(
            null,
            "The server no longer has data for this time",
            "It keeps each second for an hour and each minute for two days. Choose a longer range, or resume to see live data.",
            new Dictionary<string, string[]>()
        );

    /// <param name="past">One window for each step of the chart.</param>
    /// <param name="snapshot">The snapshot of that time; null where there is none.</param>
    /// <param name="at">The second that the frame ends with; null for the newest one that the server has.</param>
    /// <param name="count">Number of windows in the frame, known or not.</param>
    /// <returns>Null when there is nothing to show.</returns>
    public static TelemetryFrame? From(
        TelemetryHistory? past,
        TelemetrySnapshot? snapshot,
        DateTimeOffset? at,
        int count = TelemetryFrame.MaxSeconds
    )
    {
        if (past is null || past.Windows.Length == 0)
            return null;

        int step = past.StepSeconds;
        Dictionary<long, TelemetryWindow> known = [];
        foreach (TelemetryWindow window in past.Windows)
            known[window.Start.ToUnixTimeSeconds() / step] = window;

        long last = (at ?? past.Windows[^1].Start).ToUnixTimeSeconds() / step;
        TelemetryWindow?[] line = [.. Enumerable.Range(0, count).Select(i => known.GetValueOrDefault(last - count + 1 + i))];
        return new(DateTimeOffset.FromUnixTimeSeconds(last * step), line, snapshot?.Minute, snapshot?.Server)
        {
            StepSeconds = step,
            Slo = snapshot?.Slo,
            Alerts = snapshot?.Alerts,
        };
    }
}
