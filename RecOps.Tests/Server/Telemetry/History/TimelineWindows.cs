using RecOps.Server.Telemetry.History;
using RecOps.Shared.Telemetry;

namespace RecOps.Tests.Server.Telemetry.History;

/// <summary>Windows of a timeline as the console receives them.</summary>
internal static class TimelineWindows
{
    public static TelemetryWindow[] WindowsBetween(this Timeline timeline, DateTimeOffset from, DateTimeOffset to, int stepSeconds) =>
        [.. timeline.StepsBetween(from, to, stepSeconds).Select(slices => TelemetryWindows.Of(slices))];
}
