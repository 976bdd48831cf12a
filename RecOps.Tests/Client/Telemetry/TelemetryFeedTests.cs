using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RecOps.Client.Hosting;
using RecOps.Client.Telemetry;
using RecOps.Shared;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry;

public sealed class TelemetryFeedTests : IAsyncDisposable
{
    private readonly FakeServer _server = new();
    private readonly FakeTimeProvider _clock = new(Sample.Noon);
    private readonly FakeEventStream _stream;
    private readonly TelemetryFeed _feed;

    public TelemetryFeedTests()
    {
        _stream = new(_server);
        HttpClient http = _server.CreateClient();
        _feed = new(new(http), new(new ApiClient(http)), _clock, NullLogger<TelemetryFeed>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _feed.DisposeAsync();
        _server.Dispose();
    }

    [Fact]
    public async Task Start_SnapshotArrives_IsLiveWithAFrame()
    {
        _feed.Start();
        Assert.Equal((FeedStatus.Connecting, null), (_feed.Status, _feed.Frame));

        await _stream.ConnectedAsync();
        await _stream.SendAsync(Sample.Snapshot(5));

        await Waiting.UntilAsync(() => _feed.Status == FeedStatus.Live);
        Assert.Equal(Sample.Noon.AddSeconds(5), _feed.Frame!.End);
        Assert.Equal(40, _feed.Frame.Windows[^1]!.Requests);
        Assert.Equal(Sample.Noon, _feed.LastUpdate);
    }

    [Fact]
    public async Task Start_BeforeTheFirstSnapshot_ShowsTheTenMinutesThatTheServerHas()
    {
        HistoryIs(-700, -1);
        _clock.SetUtcNow(Sample.Noon.AddMinutes(10));

        _feed.Start();

        // The viewer's clock is ten minutes off; only the server's counts.
        await Waiting.UntilAsync(() => _feed.Frame?.Windows.All(window => window is not null) == true);
        Assert.Equal("?last=600&step=1", Assert.Single(Asked()).Query);
        Assert.Equal((Sample.Noon.AddSeconds(-1), true), (_feed.Frame!.End, _feed.Frame.AwaitsPresent));
        await _stream.ConnectedAsync();
        await _stream.SendAsync(Sample.Snapshot(0));
        await Waiting.UntilAsync(() => _feed.Frame.End == Sample.Noon);
        Assert.False(_feed.Frame.AwaitsPresent);
        AssertWhole(600);
        Assert.Single(Asked());
    }

    [Fact]
    public async Task Fill_SnapshotsBeforeDuringAndAfterTheAnswer_EachSecondIsThereOnce()
    {
        TaskCompletionSource answer = HistoryWaits(() => Windows(-30, 2));
        _feed.Start();
        await _stream.ConnectedAsync();
        await TakeAsync(1);
        await TakeAsync(2);
        Assert.Equal(HistoryStatus.Loading, _feed.History);

        answer.SetResult();
        await Waiting.UntilAsync(() => _feed.History == HistoryStatus.Complete);
        await TakeAsync(3);

        AssertWhole(34);
        Assert.Null(_feed.Frame!.Windows[^35]);
        Assert.Single(Asked());
    }

    [Fact]
    public async Task Fill_NoAnswerForLong_ShowsWhatTheStreamDelivered()
    {
        HistoryWaits(() => Windows(-30, 0));
        await GoLiveAsync();
        Assert.Null(_feed.Frame);

        _clock.Advance(TelemetryFeed.HistoryPatience);

        Assert.Equal((Sample.Noon, HistoryStatus.Loading), (_feed.Frame!.End, _feed.History));
    }

    [Fact]
    public async Task Fill_AnswerOlderThanTheFirstSnapshot_RequestsTheSecondsBetween()
    {
        TaskCompletionSource answer = HistoryWaits(() => Windows(-30, -4));
        _feed.Start();
        await _stream.ConnectedAsync();
        await TakeAsync(0);
        answer.SetResult();
        await Waiting.UntilAsync(() => _feed.History == HistoryStatus.Complete);
        HistoryIs(-9, 1);

        await TakeAsync(1);

        await Waiting.UntilAsync(() => _feed.Frame!.Windows[^5] is not null);
        AssertWhole(32);
        Assert.Equal("?from=2026-11-23T11:59:57Z&to=2026-11-23T12:00:02Z&step=1", Asked().Last().Query);
    }

    [Fact]
    public async Task Fill_StreamSkipsSeconds_RequestsOnlyThose()
    {
        HistoryIs(-30, 0);
        await GoLiveAsync();
        await Waiting.UntilAsync(() => _feed.History == HistoryStatus.Complete);
        HistoryIs(1, 5);

        await TakeAsync(5);

        await Waiting.UntilAsync(() => _feed.Frame!.Windows[^5] is not null);
        AssertWhole(36);
        Assert.Equal("?from=2026-11-23T12:00:01Z&to=2026-11-23T12:00:06Z&step=1", Asked().Last().Query);
    }

    [Fact]
    public async Task Fill_SecondsThatTheServerDoesNotHave_AreRequestedOnce()
    {
        HistoryIs(-30, 0);
        await GoLiveAsync();
        await Waiting.UntilAsync(() => _feed.History == HistoryStatus.Complete);
        HistoryIs(5, 5);
        await TakeAsync(5);
        await Waiting.UntilAsync(() => _feed.Fillings == 2);

        await TakeAsync(6);
        await TakeAsync(7);

        Assert.Equal(2, Asked().Count());
        Assert.Null(_feed.Frame!.Windows[^4]);
    }

    [Fact]
    public async Task Fill_AnswerAfterAReconnection_AddsWhatItHasAndRequestsTheRest()
    {
        TaskCompletionSource answer = HistoryWaits(() => Windows(-30, 0));
        await GoLiveAsync();
        _stream.Break();
        await AdvanceUntilAsync(() => _stream.Connections == 2);
        await TakeAsync(9);
        Assert.Single(Asked());

        answer.SetResult();
        await Waiting.UntilAsync(() => _feed.Frame?.Windows[^40] is not null);
        HistoryIs(1, 10);
        await TakeAsync(10);

        await Waiting.UntilAsync(() => _feed.Frame!.Windows[^10] is not null);
        AssertWhole(41);
        Assert.Equal("?from=2026-11-23T12:00:01Z&to=2026-11-23T12:00:11Z&step=1", Asked().Last().Query);
    }

    [Fact]
    public async Task Fill_Refused_SaysSoAndRetriesAfterAPause()
    {
        _server.OnProblem("GET", Routes.TelemetryHistory, HttpStatusCode.ServiceUnavailable, """{"title":"Not now","status":503}""");
        _feed.Start();
        await Waiting.UntilAsync(() => _feed.History == HistoryStatus.Missing);

        // A new connection is worth an immediate retry.
        await GoLiveAsync();
        await Waiting.UntilAsync(() => Asked().Count() == 2);
        Assert.Equal("Not now", _feed.HistoryProblem!.Title);

        await TakeAsync(1);
        Assert.Equal(2, Asked().Count());
        HistoryIs(-30, 2);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await TakeAsync(2);

        await Waiting.UntilAsync(() => _feed.History == HistoryStatus.Complete);
        Assert.Null(_feed.HistoryProblem);
        AssertWhole(33);
    }

    [Fact]
    public async Task Broken_ServerStaysUp_ReconnectsAfterTheBackoffAndFillsTheGap()
    {
        await GoLiveAsync();
        _server.On(
            "GET",
            Routes.TelemetryHistory,
            TelemetryJson.Default.TelemetryHistory,
            _ => new(1, [.. Enumerable.Range(1, 9).Select(second => Sample.Window(second))])
        );

        _stream.Break();
        await Waiting.UntilAsync(() => _feed.Status == FeedStatus.Reconnecting);
        Assert.Equal(1, _stream.Connections);

        await AdvanceUntilAsync(() => _stream.Connections == 2);
        await _stream.SendAsync(Sample.Snapshot(10));

        await Waiting.UntilAsync(() =>
            _feed.Status == FeedStatus.Live && _feed.Frame!.Windows.TakeLast(10).All(window => window is not null)
        );
    }

    [Fact]
    public async Task Fill_SecondNotYetStreamed_IsLeftToTheStream()
    {
        await GoLiveAsync();
        _server.On(
            "GET",
            Routes.TelemetryHistory,
            TelemetryJson.Default.TelemetryHistory,
            _ => new(1, [.. Enumerable.Range(1, 11).Select(second => Sample.Window(second))])
        );

        _stream.Break();
        await AdvanceUntilAsync(() => _stream.Connections == 2);
        await _stream.SendAsync(Sample.Snapshot(10));

        await Waiting.UntilAsync(() => _feed.Frame!.Windows.TakeLast(10).All(window => window is not null));
        Assert.Equal(Sample.Snapshot(10).Second.Start, _feed.Frame!.End);
    }

    [Fact]
    public async Task Ended_ByTheServer_ReconnectsToo()
    {
        await GoLiveAsync();

        _stream.End();

        await AdvanceUntilAsync(() => _stream.Connections == 2);
    }

    [Fact]
    public async Task Silent_LongerThanAllowed_ReconnectsByItself()
    {
        await GoLiveAsync();

        _clock.Advance(TelemetryFeed.Silence - TimeSpan.FromSeconds(1));
        await _stream.HeartbeatAsync();
        await SettleAsync();
        _clock.Advance(TelemetryFeed.Silence - TimeSpan.FromSeconds(1));
        await SettleAsync();
        Assert.Equal((FeedStatus.Live, 1), (_feed.Status, _stream.Connections));

        _clock.Advance(TimeSpan.FromSeconds(1));
        await Waiting.UntilAsync(() => _feed.Status == FeedStatus.Reconnecting);
        await AdvanceUntilAsync(() => _stream.Connections == 2);
    }

    [Fact]
    public async Task Down_ForLong_IsOfflineAndComesBack()
    {
        await GoLiveAsync();
        _server.Down = true;
        _stream.Break();
        await AdvanceUntilAsync(() => _feed.Status == FeedStatus.Offline);
        Assert.NotNull(_feed.Frame);

        _server.Down = false;
        await AdvanceUntilAsync(() => _stream.Connections == 2);
        await _stream.SendAsync(Sample.Snapshot(60));

        await Waiting.UntilAsync(() => _feed.Status == FeedStatus.Live);
    }

    [Fact]
    public async Task Garbled_Snapshot_ReconnectsInsteadOfFailing()
    {
        await GoLiveAsync();
        _server.On(
            "GET",
            Routes.TelemetryStream,
            _ => Task.FromResult(new HttpResponseMessage { Content = new StringContent("event: snapshot\ndata: {not json\n\n") })
        );
        _stream.Break();
        await AdvanceUntilAsync(() => _feed.Status == FeedStatus.Offline);

        FakeEventStream repaired = new(_server);
        await AdvanceUntilAsync(() => repaired.Connections == 1);
    }

    [Theory]
    [InlineData(1, 0, 500)]
    [InlineData(2, 0, 1000)]
    [InlineData(3, 0.5, 1800)]
    [InlineData(9, 0, 10_000)]
    [InlineData(1000, 1, 8000)]
    public void Backoff_AnyFailures_DoublesUpToTenSeconds(int failures, double jitter, double milliseconds) =>
        Assert.Equal(milliseconds, ReconnectBackoff.Delay(failures, jitter).TotalMilliseconds, 6);

    private IEnumerable<FakeCall> Asked() => _server.CallsTo("GET", Routes.TelemetryHistory);

    private static TelemetryHistory Windows(int first, int last) =>
        new(1, [.. Enumerable.Range(first, last - first + 1).Select(second => Sample.Window(second))]);

    private void HistoryIs(int first, int last) =>
        _server.On("GET", Routes.TelemetryHistory, TelemetryJson.Default.TelemetryHistory, _ => Windows(first, last));

    /// <returns>Completed by the test when the answer may arrive.</returns>
    private TaskCompletionSource HistoryWaits(Func<TelemetryHistory> answer)
    {
        TaskCompletionSource waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.On(
            "GET",
            Routes.TelemetryHistory,
            async _ =>
            {
                await waiting.Task;
                return FakeServer.Json(answer(), TelemetryJson.Default.TelemetryHistory);
            }
        );
        return waiting;
    }

    private async Task TakeAsync(int second)
    {
        await _stream.SendAsync(Sample.Snapshot(second));
        await Waiting.UntilAsync(() => _feed.Latest?.Second.Start == Sample.Noon.AddSeconds(second));
    }

    /// <summary>All of the newest seconds are there, each in its place.</summary>
    private void AssertWhole(int seconds) =>
        Assert.Equal(
            Enumerable.Range(0, seconds).Select(i => (DateTimeOffset?)_feed.Frame!.End.AddSeconds(i + 1 - seconds)),
            _feed.Frame!.Windows.TakeLast(seconds).Select(window => window?.Start)
        );

    private async Task GoLiveAsync()
    {
        _feed.Start();
        await _stream.ConnectedAsync();
        await _stream.SendAsync(Sample.Snapshot(0));
        await Waiting.UntilAsync(() => _feed.Status == FeedStatus.Live);
    }

    private async Task AdvanceUntilAsync(Func<bool> condition) =>
        await Waiting.UntilAsync(() =>
        {
            if (condition())
                return true;

            _clock.Advance(TimeSpan.FromMilliseconds(250));
            return false;
        });

    /// <summary>Lets continuations on other threads run; the clock under test does not move.</summary>
    private static async Task SettleAsync()
    {
        for (int i = 0; i < 20; i++)
            await Task.Delay(1, TestContext.Current.CancellationToken);
    }
}
