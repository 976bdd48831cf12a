using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RecOps.Server.Telemetry.History;
using RecOps.Shared;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;
using RecOps.Tests.Server.Telemetry.History;
using Xunit;

namespace RecOps.Tests.Server.Telemetry;

public sealed class TelemetryEndpointTests(ServerFixture server)
{
    [Fact]
    public async Task Stream_AfterRequests_SnapshotsCountThem()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        await application.RecommendAsync("u1");
        await application.RecommendAsync("nobody");
        await application.SendEventAsync("u1", "i1", ShopEventType.View);
        using (await client.SendJsonAsync(HttpMethod.Post, Routes.Recommendations, "{}"))
        using (await client.SendJsonAsync(HttpMethod.Post, Routes.Recommendations, "{")) { }

        await using Stream body = await client.GetStreamAsync(Routes.TelemetryStream, TestContext.Current.CancellationToken);
        TelemetrySnapshot snapshot = await NextSnapshotAsync(application, body, s => s.Minute.Requests > 0);

        TelemetryWindow minute = snapshot.Minute;
        Assert.Equal((4, 2, 0, 0, 1), (minute.Requests, minute.Rejected, minute.Failures, minute.Degraded, minute.Events));
        Assert.Equal(1, minute.Sources[RecommendationSource.Computed]);
        Assert.Equal(1, minute.Sources[RecommendationSource.Popular]);
        Assert.Equal(Stage.All, minute.Stages.Select(stage => stage.Stage));
        Assert.Equal(
            [(Stage.Queue, 1), (Stage.Embedding, 2), (Stage.Retrieval, 1), (Stage.Ranking, 1), (Stage.Rules, 2), (Stage.Total, 2)],
            minute.Stages.Select(stage => (stage.Stage, stage.Count))
        );
        Assert.Equal(("shop", TestBundle.Items), (snapshot.Server!.Model.Name, snapshot.Server.Model.Items));
        Assert.Equal(("auto", "cpu"), (snapshot.Server.Provider.Configured, snapshot.Server.Provider.Actual));
        Assert.InRange(snapshot.Server.Process.CpuPercent, 0, 100);
        Assert.True(snapshot.Server.Process.WorkingSetBytes > 0);
    }

    [Fact]
    public async Task Snapshot_OfAPastSecond_IsWhatTheStreamSent()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        await application.RecommendAsync("u1");
        await using Stream body = await client.GetStreamAsync(Routes.TelemetryStream, TestContext.Current.CancellationToken);
        TelemetrySnapshot sent = await NextSnapshotAsync(application, body, snapshot => snapshot.Minute.Requests > 0);
        Timeline timeline = application.Services.GetRequiredService<Timeline>();
        await application.RecommendAsync("u2");
        application.Time.Advance(TimeSpan.FromSeconds(1));
        await Waiting.UntilAsync(() => timeline.Latest(1) is [var last] && last.Start > sent.Second.Start);

        TelemetrySnapshot asked = await client.GetAsync<TelemetrySnapshot>(
            $"{Routes.TelemetrySnapshot}?at={sent.Second.Start:yyyy-MM-ddTHH:mm:ssZ}"
        );

        Assert.Equivalent(sent with { Time = asked.Time }, asked, strict: true);
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("2999-12-31T23:59:59Z")]
    [InlineData("2020-01-01T00:00:00Z")]
    public async Task Snapshot_OfATimeNothingIsKnownOf_NotFoundAndWhy(string at)
    {
        using HttpResponseMessage answer = await server.Client.GetAsync(
            $"{Routes.TelemetrySnapshot}?at={at}",
            TestContext.Current.CancellationToken
        );

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains(
            "kept for an hour",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(Routes.TelemetrySnapshot, "at", "lunch")]
    [InlineData(Routes.TelemetrySnapshot, "at", "0001-01-01T00:00:00Z")]
    [InlineData(Routes.TelemetrySnapshot, "at", "9999-12-31T23:59:59Z")]
    [InlineData(Routes.Annotations, "to", "0001-01-01T00:00:00Z")]
    [InlineData(Routes.Annotations, "from", "9999-12-31T23:59:59Z")]
    public async Task Get_BadTime_NamesTheField(string path, string field, string time) =>
        await (await server.Client.GetAsync($"{path}?{field}={time}", TestContext.Current.CancellationToken)).ExpectFieldsAsync(field);

    [Fact]
    public async Task Stream_Shutdown_EndsAtOnce()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        await using Stream body = await application
            .CreateClient()
            .GetStreamAsync(Routes.TelemetryStream, TestContext.Current.CancellationToken);

        application.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        using var reader = new StreamReader(body);
        Assert.Contains("event: heartbeat", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_Nothing_EmptyWithTheStep()
    {
        var history = await server.Client.GetAsync<TelemetryHistory>(
            Routes.TelemetryHistory + "?from=2020-01-01T00:00:00Z&to=2020-01-01T00:10:00Z&step=60"
        );

        Assert.Equal(60, history.StepSeconds);
        Assert.Empty(history.Windows);
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=tomorrow", "to")]
    [InlineData("from=2026-05-04T10:00:00Z&to=2026-05-04T09:00:00Z", "from")]
    [InlineData("to=0001-01-01T00:00:00Z", "to")]
    [InlineData("last=0", "last")]
    [InlineData("last=ten", "last")]
    [InlineData("last=31622401", "last")]
    [InlineData("last=60&from=2026-05-04T10:00:00Z", "last")]
    [InlineData("last=3601&step=1", "step")]
    [InlineData("step=0", "step")]
    [InlineData("step=86401", "step")]
    [InlineData("from=2020-01-01T00:00:00Z&step=30", "step")]
    [InlineData("step=x", "step")]
    public async Task History_BadInput_NamesTheField(string query, string field) =>
        await (await server.Client.GetAsync($"{Routes.TelemetryHistory}?{query}", TestContext.Current.CancellationToken)).ExpectFieldsAsync(
            field
        );

    [Fact]
    public async Task History_LastSeconds_AreThoseOfTheServersClock()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        Timeline timeline = application.Services.GetRequiredService<Timeline>();
        for (int second = 1; second <= 8; second++)
        {
            application.Time.Advance(TimeSpan.FromSeconds(1));
            await Waiting.UntilAsync(() => timeline.Latest(10).Length == second);
        }

        DateTimeOffset now = application.Time.GetUtcNow();
        TelemetryHistory last = await client.GetAsync<TelemetryHistory>($"{Routes.TelemetryHistory}?last=5&step=1");
        TelemetryHistory between = await client.GetAsync<TelemetryHistory>(
            $"{Routes.TelemetryHistory}?from={now.AddSeconds(-5):yyyy-MM-ddTHH:mm:ss.fffffffZ}&to={now:yyyy-MM-ddTHH:mm:ss.fffffffZ}&step=1"
        );

        Assert.Equal(5, last.Windows.Length);
        Assert.Equivalent(between, last, strict: true);
    }

    [Fact]
    public async Task History_AnyStep_IsWhatTheSerializerWritesAndTheSameWhenAskedAgain()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        Timeline timeline = application.Services.GetRequiredService<Timeline>();
        for (int second = 1; second <= 125; second++)
        {
            if (second % 10 == 0)
                await application.RecommendAsync($"u{second % 7}");
            application.Time.Advance(TimeSpan.FromSeconds(1));
            await Waiting.UntilAsync(() => timeline.Latest(200).Length == second);
        }

        DateTimeOffset now = application.Time.GetUtcNow();
        foreach (int step in (int[])[1, 7, 60, 1])
        {
            string text = await client.GetStringAsync(
                $"{Routes.TelemetryHistory}?last=600&step={step}",
                TestContext.Current.CancellationToken
            );

            var history = new TelemetryHistory(step, timeline.WindowsBetween(now.AddMinutes(-10), now, step));
            Assert.Equal(
                JsonSerializer.Serialize(history, application.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions),
                text
            );
        }
    }

    [Fact]
    public async Task LatencyMap_AfterRequests_EachIsInItsClass()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        for (int i = 0; i < 7; i++)
            await application.RecommendAsync($"u{i}");
        Timeline timeline = application.Services.GetRequiredService<Timeline>();
        application.Time.Advance(TimeSpan.FromSeconds(1));
        await Waiting.UntilAsync(() => timeline.Latest(1).Length == 1);

        LatencyMap map = await client.GetAsync<LatencyMap>($"{Routes.LatencyMap}?step=10&stage=total");

        LatencyColumn column = Assert.Single(map.Columns);
        Assert.Equal((map.BoundsMs.Length + 1, 7L), (column.Counts.Length, column.Counts.Sum()));
        await (await client.GetAsync($"{Routes.LatencyMap}?stage=lunch", TestContext.Current.CancellationToken)).ExpectFieldsAsync("stage");
    }

    [Fact]
    public async Task Metrics_AfterARequest_StagesAndSources()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        await application.RecommendAsync("u1");
        await using (Stream body = await client.GetStreamAsync(Routes.TelemetryStream, TestContext.Current.CancellationToken))
            await NextSnapshotAsync(application, body, snapshot => snapshot.Minute.Requests > 0);

        string text = await client.GetStringAsync(Routes.Metrics, TestContext.Current.CancellationToken);

        Assert.Contains("recops_stage_duration_seconds_bucket", text, StringComparison.Ordinal);
        Assert.Contains("""source="computed""", text, StringComparison.Ordinal);
        Assert.Contains("http_server_request_duration_seconds_bucket", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disabled_Requests_AreAnsweredAndNothingIsKept()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["Telemetry:Enabled"] = "false" });
        await application.RecommendAsync("u1");
        application.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Empty((await application.CreateClient().GetAsync<TelemetryHistory>(Routes.TelemetryHistory)).Windows);
        Assert.Empty((await application.CreateClient().GetAsync<SlowRequestList>(Routes.SlowRequests)).Requests);
        string text = await application.CreateClient().GetStringAsync(Routes.Metrics, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("recops_", text, StringComparison.Ordinal);
    }

    /// <summary>
    /// Advances virtual seconds until a snapshot matches. The next second begins when the last one's snapshot has arrived: a lagging
    /// watcher misses seconds, and the wanted one would leave the minute.
    /// </summary>
    private static async Task<TelemetrySnapshot> NextSnapshotAsync(
        RecOpsApplication application,
        Stream body,
        Func<TelemetrySnapshot, bool> wanted
    )
    {
        await using IAsyncEnumerator<SseItem<string>> items = SseParser
            .Create(body)
            .EnumerateAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        for (int second = 0; second < 60; second++)
        {
            Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(Waiting.Patience), "The stream ended.");
            Assert.True(items.Current.EventType is "snapshot" or "heartbeat", items.Current.EventType);
            if (items.Current.EventType == "snapshot")
            {
                var snapshot = JsonSerializer.Deserialize<TelemetrySnapshot>(items.Current.Data, RecOpsApplication.Json)!;
                if (wanted(snapshot))
                    return snapshot;
            }

            application.Time.Advance(TimeSpan.FromSeconds(1));
        }

        throw new Xunit.Sdk.XunitException("No snapshot was as wanted.");
    }
}
