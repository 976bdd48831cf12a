using RecOps.Server.Events;
using RecOps.Server.Telemetry.Alerts;
using RecOps.Server.Telemetry.History;
using RecOps.Server.Telemetry.Slo;
using RecOps.Shared.Rules;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Server.Telemetry.Alerts;

public sealed class AlertRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 3, 0, 0, TimeSpan.Zero);

    /// <summary>Nothing is wrong.</summary>
    private static readonly AlertInputs Healthy = new(
        Slo(0),
        Counts(1_000),
        Counts(5_000, hits: 4_000),
        Counts(50_000, hits: 40_000),
        [Replica("a"), Replica("b")],
        null,
        "closed",
        null,
        new ProviderState("cuda", "cuda", "It is there."),
        [new DeviceState(0, "GPU 0")],
        1,
        null
    )
    {
        Now = Now,
    };

    public static TheoryData<string, string> Broken => new(Cases.Select(found => (found.Rule, found.Text)));

    private static (string Rule, AlertInputs Inputs, string Text)[] Cases =>
        [
            (
                "slo-fast-burn",
                Healthy with
                {
                    Slo = Slo(200),
                },
                "200 of 10,000 requests in the last 5 minutes failed or took longer than 50 ms: 20 times what the SLO of 99.9 % "
                    + "allows, and 20 times over the last hour."
            ),
            (
                "slo-slow-burn",
                Healthy with
                {
                    Slo = Slo(80),
                },
                "80 of 10,000 requests in the last 30 minutes failed or took longer than 50 ms: 8 times what the SLO of 99.9 % "
                    + "allows, and 8 times over the last 6 hours."
            ),
            (
                "errors",
                Healthy with
                {
                    Minute = Counts(1_000) with { Failures = 20 },
                },
                "20 of 1,020 requests in the last minute (2.0 %) were answered with a 5xx."
            ),
            (
                "degraded",
                Healthy with
                {
                    FiveMinutes = Counts(5_000, hits: 4_000) with { Degraded = 500 },
                },
                "500 of 5,000 lists in the last 5 minutes (10.0 %) were fallback lists."
            ),
            (
                "hit-rate",
                Healthy with
                {
                    FiveMinutes = Counts(5_000, hits: 2_000),
                },
                "40 % of the lists in the last 5 minutes came from the cache, against 80 % in the previous hour."
            ),
            (
                "redis",
                Healthy with
                {
                    RedisState = "open",
                    RedisDetail = "Connection refused.",
                },
                "The breaker is open. Connection refused."
            ),
            ("database", Healthy with { DatabaseTrouble = "Connection refused" }, "Connection refused."),
            (
                "events",
                Healthy with
                {
                    Events = EventsState.Fine with
                    {
                        Refusals = new EventRefusals.Outage(Now.AddMinutes(-9), 95_301, "database or disk is full."),
                    },
                },
                "95,301 events since 02:51:00 UTC were answered 503 and have to be sent again. database or disk is full."
            ),
            (
                "events",
                Healthy with
                {
                    Events = EventsState.Fine with
                    {
                        Unsent = 1_000,
                        UnsentSince = Now.AddMinutes(-2),
                        UnsentReason = "There is no connection to Redis.",
                    },
                },
                "1,000 events have waited for Redis since 02:58:00 UTC. They are saved on this server; the others do not see them "
                    + "yet. There is no connection to Redis."
            ),
            (
                "redis-eviction",
                Healthy with
                {
                    Events = EventsState.Fine with { Eviction = "Redis has maxmemory-policy allkeys-lru." },
                },
                "Redis has maxmemory-policy allkeys-lru."
            ),
            (
                "replica-behind",
                Healthy with
                {
                    Replicas = [Replica("a"), Replica("b") with { IsLost = true }],
                },
                "b: silent for 20 seconds."
            ),
            (
                "replica-behind",
                Healthy with
                {
                    Replicas = [Replica("a") with { IsBehind = true }, Replica("b")],
                },
                "a: still serving older rules."
            ),
            (
                "replica-behind",
                Healthy with
                {
                    Replicas = [Replica("a"), Replica("b") with { ModelVersion = "old 1" }],
                },
                "Servers are answering with different models: a with new 2, b with old 1."
            ),
            (
                "bundle-changed",
                Healthy with
                {
                    ChangedBundle = "demo, items.safetensors: it is gone.",
                },
                "demo, items.safetensors: it is gone."
            ),
            ("export", Healthy with { ExportTrouble = "Connection refused by the collector." }, "Connection refused by the collector."),
            ("gpu-lost", Healthy with { Devices = [new DeviceState(0, "H100") { Problem = "GPU is lost" }] }, "H100: GPU is lost."),
            ("gpu-lost", Healthy with { Devices = [] }, "1 of 1 GPUs are missing."),
            (
                "gpu-lost",
                Healthy with
                {
                    Provider = new ProviderState("cuda", "cpu", "No driver."),
                },
                "cuda is configured, but the CPU is in use. No driver."
            ),
        ];

    [Fact]
    public void Find_NothingWrong_NothingFound() => Assert.All(AlertRules.All, rule => Assert.Null(rule.Find(Healthy, new AlertOptions())));

    [Fact]
    public void Find_NothingKnown_NothingFound()
    {
        AlertInputs nothing = new(Slo(0, 0), default, default, default, [], null, null, null, null, [], 0, null);
        Assert.All(AlertRules.All, rule => Assert.Null(rule.Find(nothing, new AlertOptions())));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void Find_SomethingWrong_TheRuleFindsItAndSaysTheFigures(string name, string text)
    {
        AlertInputs inputs = Cases.Single(found => found.Text == text).Inputs;
        Assert.Equal(text, AlertRules.All.Single(rule => rule.Name == name).Find(inputs, new AlertOptions())?.Replace('\u00a0', ' '));
    }

    [Fact]
    public void Rules_Each_HasARunbook()
    {
        Assert.Equal(
            AlertRules.All.Select(rule => rule.Name).Order(StringComparer.Ordinal),
            Runbooks.Names.Intersect(AlertRules.All.Select(rule => rule.Name)).Order(StringComparer.Ordinal)
        );
        Assert.All(AlertRules.All, rule => Assert.NotEmpty(Runbooks.Find(rule.Name)!.Html));
    }

    private static SloState Slo(long bad, long requests = 10_000) =>
        new(
            50,
            99.9,
            [
                .. new[] { 5, 30, 60, 360, 2880 }.Select(minutes =>
                    SloReader.BurnOf(new SliceCounts(60, requests, requests - bad, 0, 0, 0, 0), minutes, 99.9)
                ),
            ]
        );

    private static SliceCounts Counts(long lists, long hits = 0) => new(60, lists, lists, 0, 0, hits, lists - hits);

    private static ReplicaInfo Replica(string name) => new(name, name, Now, Now, 1, "new 2", false, false, false);
}
