namespace RecOps.Client.Telemetry;

/// <summary>The page on-call staff keep open.</summary>
public sealed partial class Overview : TimelinePage
{
    private static readonly string[] ChartTitles = ["Requests", "Latency, whole request", "Latency by stage", "Where lists come from"];
    private LatencyPercentile _percentile = LatencyPercentile.P99;

    protected override void Read(IReadOnlyDictionary<string, string> query) =>
        _percentile = LatencyPercentiles.Parse(query.GetValueOrDefault("stage"));

    protected override IEnumerable<(string Name, string? Value)> Write() => [("stage", _percentile.ToQuery())];

    private void SetPercentile(LatencyPercentile chosen)
    {
        _percentile = chosen;
        Show();
    }
}
