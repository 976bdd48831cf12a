using RecOps.Client.Hosting;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>Builds the frame that a link to a past moment opens.</summary>
internal static class PastFrame
{
    public static ApiProblem Forgotten { get; } = new(
        null, "The server no longer knows this moment",
        "It remembers a limited time, and nothing from before its last restart. Resume to see the present.",
        new Dictionary<string, string[]>());

    /// <returns>Null when there is nothing to show.</returns>
    public static TelemetryFrame? From(
        TelemetryHistory? seconds, TelemetryHistory? minute, DateTimeOffset at, ServerState? server)
    {
        if (seconds is null || seconds.Windows.Length == 0)
            return null;

        Dictionary<long, TelemetryWindow> known = [];
        foreach (TelemetryWindow window in seconds.Windows)
            known[window.Start.ToUnixTimeSeconds()] = window;

        long end = at.ToUnixTimeSeconds();
        TelemetryWindow?[] line =
        [
            .. Enumerable.Range(0, TelemetryFrame.MaxSeconds)
                .Select(i => known.GetValueOrDefault(end - TelemetryFrame.MaxSeconds + 1 + i)),
        ];
        return new(at, line, minute?.Windows.LastOrDefault(), server);
    }
}
