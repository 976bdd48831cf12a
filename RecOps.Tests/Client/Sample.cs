using RecOps.Shared.Catalog;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;
using RecOps.Shared.Users;

namespace RecOps.Tests.Client;

/// <summary>Plausible server answers, for tests to change where they need to.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    /// <summary>One second, <paramref name="second"/> after noon.</summary>
    public static TelemetryWindow Window(
        int second,
        long requests = 40,
        int seconds = 1,
        long failures = 0,
        long rejected = 0,
        long degraded = 0,
        double p99 = 12.5,
        Dictionary<string, long>? sources = null
    ) =>
        new(
            Noon.AddSeconds(second),
            seconds,
            requests,
            failures,
            rejected,
            degraded,
            sources ?? new() { ["l1"] = requests / 2, ["computed"] = requests - requests / 2 },
            [.. Stage.All.Select(stage => Latency(stage, requests, p99))],
            3
        );

    public static StageLatency Latency(string stage, long count, double p99 = 12.5) =>
        count == 0 ? new(stage, 0, 0, null, null, null, null, null)
        : stage == Stage.Total ? new(stage, count, 3.5 * count, 3.1, 6.2, p99, count >= 1000 ? 20 : null, 31)
        : new(stage, count, 0.7 * count, 0.6, 1.2, p99 / 5, count >= 1000 ? 4 : null, 6);

    public static ServerState Server(string actual = "cpu", string configured = "auto") =>
        new(
            "0.1.0",
            "Development",
            Noon.AddHours(-3),
            new("demo-shop", "demo-1", Noon.AddDays(-2), 8000, 5000, 32, 48),
            new(configured, actual, "No CUDA in this build."),
            new(23.4, 2, 412_000_000, 118_000_000, 0.4)
        );

    public static TelemetrySnapshot Snapshot(int second, TelemetryWindow? minute = null, ServerState? server = null) =>
        new(Noon.AddSeconds(second + 1), Window(second), minute ?? Window(second - 59, 2400, 60), server ?? Server());

    public static ItemDetails Item(string id, bool inStock = true, string? title = null) =>
        new(id, title ?? $"Title of {id}", "Lamps", "Lumo", 12.5m, inStock, []);

    public static UserProfile Profile(string userId, params HistoryEntry[] history) =>
        new(userId, true, "DE", "regular", 7, history.Length, history);

    public static RecommendationResponse List(params string[] itemIds) =>
        new()
        {
            RequestId = $"request-{string.Join('-', itemIds)}",
            UserId = "u1",
            Placement = "home",
            Items = [.. itemIds.Select((id, index) => new RecommendedItem(id, index + 1, 0.9f - index * 0.1f, []))],
            Source = RecommendationSource.Computed,
            Degraded = false,
            ModelVersion = "demo-1",
            RulesVersion = 0,
            Explain = new(new(3.1, 0.2, 0, 0.9, 1.6, 0.1), 7, []),
        };
}
