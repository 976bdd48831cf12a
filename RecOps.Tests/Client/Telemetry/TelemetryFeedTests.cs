using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RecOps.Client.Hosting;
using RecOps.Client.Telemetry;
using RecOps.Shared;
using Xunit;

namespace RecOps.Tests.Client.Telemetry;

public sealed class TelemetryFeedTests : IAsyncDisposable
{
    private readonly FakeServer server = new();
    private readonly FakeTimeProvider clock = new(Sample.Noon);
    private readonly FakeEventStream stream;
    private readonly TelemetryFeed feed;

    public TelemetryFeedTests()
    {
        stream = new(server);
        HttpClient http = server.CreateClient();
        feed = new(new(http), new(new ApiClient(http)), clock, NullLogger<TelemetryFeed>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await feed.DisposeAsync();
        server.Dispose();
    }

    [Fact]
    public async Task Start_SnapshotArrives_IsLiveWithAFrame()
    {
        feed.Start();
        Assert.Equal((FeedStatus.Connecting, null), (feed.Status, feed.Frame));

        await stream.ConnectedAsync();
        await stream.SendAsync(Sample.Snapshot(5));

        await Waiting.UntilAsync(() => feed.Status == FeedStatus.Live);
        Assert.Equal(Sample.Noon.AddSeconds(5), feed.Frame!.End);
        Assert.Equal(40, feed.Frame.Windows[^1]!.Requests);
        Assert.Equal(Sample.Noon, feed.LastUpdate);
    }

    [Fact]
    public async Task Start_ServerHasHistory_FillsTheTenMinutesBefore()
    {
        server.On("GET", Routes.TelemetryHistory, TelemetryJson.Default.TelemetryHistory,
            _ => new(1, [.. Enumerable.Range(-700, 700).Select(second => Sample.Window(second))]));
        feed.Start();
        await stream.ConnectedAsync();
        await stream.SendAsync(Sample.Snapshot(0));

        await Waiting.UntilAsync(() => feed.Frame?.Windows.All(window => window is not null) == true);
        FakeCall call = Assert.Single(server.CallsTo("GET", Routes.TelemetryHistory));
        // Ten minutes back from the server's clock as the snapshot tells it.
        Assert.Equal("?from=2026-11-23T11:50:01Z&to=2026-11-23T12:00:01Z&step=1", call.Query);
    }

    [Fact]
    public async Task Broken_ServerStaysUp_ReconnectsAfterTheBackoffAndFillsTheGap()
    {
        await GoLiveAsync();
        server.On("GET", Routes.TelemetryHistory, TelemetryJson.Default.TelemetryHistory,
            _ => new(1, [.. Enumerable.Range(1, 9).Select(second => Sample.Window(second))]));

        stream.Break();
        await Waiting.UntilAsync(() => feed.Status == FeedStatus.Reconnecting);
        Assert.Equal(1, stream.Connections);

        await AdvanceUntilAsync(() => stream.Connections == 2);
        await stream.SendAsync(Sample.Snapshot(10));

        await Waiting.UntilAsync(() => feed.Status == FeedStatus.Live && feed.Frame!.Windows.TakeLast(10).All(window => window is not null));
    }

    [Fact]
    public async Task Fill_SecondThatTheStreamHasNotSent_IsLeftToTheStream()
    {
        await GoLiveAsync();
        server.On("GET", Routes.TelemetryHistory, TelemetryJson.Default.TelemetryHistory,
            _ => new(1, [.. Enumerable.Range(1, 11).Select(second => Sample.Window(second))]));

        stream.Break();
        await AdvanceUntilAsync(() => stream.Connections == 2);
        await stream.SendAsync(Sample.Snapshot(10));

        await Waiting.UntilAsync(() => feed.Frame!.Windows.TakeLast(10).All(window => window is not null));
        Assert.Equal(Sample.Snapshot(10).Second.Start, feed.Frame!.End);
    }

    [Fact]
    public async Task Ended_ByTheServer_ReconnectsToo()
    {
        await GoLiveAsync();

        stream.End();

        await AdvanceUntilAsync(() => stream.Connections == 2);
    }

    [Fact]
    public async Task Silent_LongerThanAllowed_ReconnectsByItself()
    {
        await GoLiveAsync();

        clock.Advance(TelemetryFeed.Silence - TimeSpan.FromSeconds(1));
        await stream.HeartbeatAsync();
        await SettleAsync();
        clock.Advance(TelemetryFeed.Silence - TimeSpan.FromSeconds(1));
        await SettleAsync();
        Assert.Equal((FeedStatus.Live, 1), (feed.Status, stream.Connections));

        clock.Advance(TimeSpan.FromSeconds(1));
        await Waiting.UntilAsync(() => feed.Status == FeedStatus.Reconnecting);
        await AdvanceUntilAsync(() => stream.Connections == 2);
    }

    [Fact]
    public async Task Down_ForLong_IsOfflineAndComesBack()
    {
        await GoLiveAsync();
        server.Down = true;
        stream.Break();
        await AdvanceUntilAsync(() => feed.Status == FeedStatus.Offline);
        Assert.NotNull(feed.Frame);

        server.Down = false;
        await AdvanceUntilAsync(() => stream.Connections == 2);
        await stream.SendAsync(Sample.Snapshot(60));

        await Waiting.UntilAsync(() => feed.Status == FeedStatus.Live);
    }

    [Fact]
    public async Task Garbled_Snapshot_ReconnectsRatherThanDies()
    {
        await GoLiveAsync();
        server.On("GET", Routes.TelemetryStream, _ => Task.FromResult(new HttpResponseMessage
        {
            Content = new StringContent("event: snapshot\ndata: {not json\n\n"),
        }));
        stream.Break();
        await AdvanceUntilAsync(() => feed.Status == FeedStatus.Offline);

        FakeEventStream repaired = new(server);
        await AdvanceUntilAsync(() => repaired.Connections == 1);
    }

    [Theory]
    [InlineData(1, 0, 500)]
    [InlineData(2, 0, 1000)]
    [InlineData(3, 0.5, 1800)]
    [InlineData(9, 0, 10_000)]
    [InlineData(1000, 1, 8000)]
    public void Backoff_AnyFailures_DoublesUpToTenSeconds(int failures, double jitter, double milliseconds)
        => Assert.Equal(milliseconds, ReconnectBackoff.Delay(failures, jitter).TotalMilliseconds, 6);

    private async Task GoLiveAsync()
    {
        feed.Start();
        await stream.ConnectedAsync();
        await stream.SendAsync(Sample.Snapshot(0));
        await Waiting.UntilAsync(() => feed.Status == FeedStatus.Live);
    }

    private async Task AdvanceUntilAsync(Func<bool> condition) => await Waiting.UntilAsync(() =>
    {
        if (condition())
            return true;

        clock.Advance(TimeSpan.FromMilliseconds(250));
        return false;
    });

    /// <summary>Lets continuations on other threads run; the clock under test does not move.</summary>
    private static async Task SettleAsync()
    {
        for (int i = 0; i < 20; i++)
            await Task.Delay(1, TestContext.Current.CancellationToken);
    }
}
