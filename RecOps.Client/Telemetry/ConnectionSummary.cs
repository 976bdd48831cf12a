using RecOps.Client.Shell;

namespace RecOps.Client.Telemetry;

/// <summary>The live connection in a few words.</summary>
/// <param name="Label">One word.</param>
/// <param name="Detail">How fresh the view is; empty when it is up to date.</param>
public sealed record ConnectionSummary(Tone Tone, string Label, string Detail)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    internal static ConnectionSummary Of(FeedStatus status, DateTimeOffset? lastUpdate, DateTimeOffset now)
    {
        TimeSpan? age = lastUpdate is { } last ? now - last : null;
        string detail =
            age is null ? "no data yet"
            : age < Fresh ? ""
            : $"last update {TimeText.Ago(age.Value)}";
        return status switch
        {
            FeedStatus.Live => new(Tone.Good, "Live", detail),
            FeedStatus.Connecting => new(Tone.Neutral, "Connecting", ""),
            FeedStatus.Reconnecting => new(Tone.Warn, "Reconnecting", detail),
            _ => new(Tone.Bad, "Offline", detail),
        };
    }
}
