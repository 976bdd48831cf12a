using System.Diagnostics.Tracing;
using System.Globalization;

namespace RecOps.Server.Telemetry.Metrics;

/// <summary>
/// Notices when telemetry cannot be sent to its collector. The exporter reports this only to its own event source, so monitoring would
/// silently stay empty. Safe from any thread.
/// </summary>
internal sealed partial class ExportWatch(TimeProvider time, ILogger<ExportWatch> logger) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private const int LongestReason = 200;
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(1);

    /// <summary>Longer than the interval between two metric exports, a minute by default.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(3);

    private readonly Lock _changes = new();
    private DateTimeOffset _failedAt = DateTimeOffset.MinValue;
    private DateTimeOffset _loggedAt = DateTimeOffset.MinValue;
    private string _reason = "";

    /// <summary>Why the last export failed; null when none has failed for some minutes.</summary>
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

    /// <summary>The first line: the rest is a stack trace.</summary>
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
        "The collector at OTEL_EXPORTER_OTLP_ENDPOINT does not accept telemetry: {Reason} Logged once a minute at most"
    )]
    private partial void LogFailed(string reason);
}
