using System.Diagnostics.Tracing;
using System.Globalization;

namespace RecOps.Server.Telemetry;

/// <summary>
/// Notices that telemetry cannot be sent to its collector. The exporter says so to nobody but its own event source, so that monitoring
/// would be empty without a word. Safe from any thread.
/// </summary>
internal sealed partial class ExportWatch(TimeProvider time, ILogger<ExportWatch> logger) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private const int LongestReason = 200;
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(1);

    /// <summary>Longer than between two exports of metrics, which are a minute apart unless set otherwise.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(3);

    private readonly Lock _changes = new();
    private DateTimeOffset _failedAt = DateTimeOffset.MinValue;
    private DateTimeOffset _loggedAt = DateTimeOffset.MinValue;
    private string _reason = "";

    /// <summary>Why the last export failed; null when none has for some minutes.</summary>
    public string? Trouble
    {
        get
        {
            lock (_changes)
                return _reason.Length > 0 && time.GetUtcNow() - _failedAt < Remembered ? _reason : null;
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
            EnableEvents(eventSource, EventLevel.Warning);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        string reason = ReasonOf(eventData);
        lock (_changes)
        {
            DateTimeOffset now = time.GetUtcNow();
            (_failedAt, _reason) = (now, reason);
            if (now - _loggedAt < BetweenLines)
                return;
            _loggedAt = now;
        }

        LogFailed(reason);
    }

    /// <summary>The first line: what follows is a stack trace.</summary>
    private static string ReasonOf(EventWrittenEventArgs failed)
    {
        object?[] values = failed.Payload is { } payload ? [.. payload] : [];
        string text = failed.Message is { } message
            ? string.Format(CultureInfo.InvariantCulture, message, values)
            : string.Join(' ', values);
        text = text.Split('\n')[0].Trim();
        return text.Length <= LongestReason ? text : text[..LongestReason] + "…";
    }

    [LoggerMessage(
        1451,
        LogLevel.Warning,
        "Telemetry is not taken by the collector at OTEL_EXPORTER_OTLP_ENDPOINT: {Reason} This is said once a minute at most"
    )]
    private partial void LogFailed(string reason);
}
