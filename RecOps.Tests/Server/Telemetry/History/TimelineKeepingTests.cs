using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RecOps.Server.Storage;
using RecOps.Server.Telemetry;
using RecOps.Server.Telemetry.History;
using RecOps.Shared.Telemetry;
using RecOps.Tests.Client;
using Xunit;

namespace RecOps.Tests.Server.Telemetry.History;

/// <summary>What remains of the past after a restart.</summary>
public sealed class TimelineKeepingTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);
    private static readonly StatusSnapshot Status = new(
        Sample.Server(),
        new SloState(50, 99.9, [new BurnRate(5, 100, 0, 0), new BurnRate(30, 0, 0, null)]),
        [new FiringAlert("errors", "Errors", AlertSeverity.Critical, Start, "latency", IsAcknowledged: true, IsSilenced: false)]
    );

    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(Start);

    [Fact]
    public async Task Restart_SecondsAndMinutes_AreThereAgain()
    {
        await RunAsync(
            (timeline, keeping) =>
            {
                for (int second = 0; second < 130; second++)
                {
                    TelemetrySlice slice = TimelineTests.Second(second, 5, 6, 7) with
                    {
                        Devices = [new DeviceState(0, "GPU") { Utilization = 50 }],
                        Status = second < 100 ? null : Status,
                    };
                    keeping.Keep(slice, timeline.Add(slice));
                }
            }
        );
        _time.SetUtcNow(Start.AddSeconds(140));

        await RunAsync(
            (timeline, _) =>
            {
                TelemetryWindow[] seconds = timeline.WindowsBetween(Start, Start.AddHours(1), 1);
                Assert.Equal(130, seconds.Length);
                Assert.All(seconds, second => Assert.Equal(3, second.Stages[^1].Count));
                Assert.Equal(50, seconds[7].Devices!.Single().Utilization);
                Assert.Null(timeline.UpTo(Start.AddSeconds(99), 1).Single().Status);
                Assert.Equivalent(Status, timeline.UpTo(Start.AddSeconds(100), 1).Single().Status, strict: true);
                Assert.Equivalent(Status, timeline.Between(Start.AddSeconds(60), Start.AddSeconds(120), 60).Single().Status, strict: true);
                Assert.Equal([60, 60, 10], timeline.WindowsBetween(Start, Start.AddHours(1), 60).Select(minute => minute.Seconds));
            }
        );
    }

    [Fact]
    public async Task Restart_KilledBeforeTheMinuteWasMade_MadeOfItsSeconds()
    {
        await RunAsync(
            (timeline, keeping) =>
            {
                for (int second = 0; second < 50; second++)
                    keeping.Keep(TimelineTests.Second(second, 5), timeline.Add(TimelineTests.Second(second, 5)));
            }
        );
        _time.SetUtcNow(Start.AddMinutes(30));
        await RunAsync(
            (timeline, _) =>
            {
                Assert.Equal(50, Assert.Single(timeline.WindowsBetween(Start, Start.AddMinutes(20), 60)).Seconds);
            }
        );
    }

    [Fact]
    public async Task Start_BrokenFile_MovedAsideAndBegunAnew()
    {
        _directory.Write("telemetry.db", "this is not a database, whatever it once was; it is long enough to be looked at");
        await RunAsync(
            (timeline, keeping) =>
            {
                keeping.Keep(TimelineTests.Second(0, 5), timeline.Add(TimelineTests.Second(0, 5)));
            }
        );

        Assert.Contains(_directory.Entries, entry => entry.StartsWith("telemetry.db.broken-", StringComparison.Ordinal));
        await RunAsync(
            (timeline, _) =>
            {
                Assert.Single(timeline.Latest(1));
            }
        );
    }

    public void Dispose() => _directory.Dispose();

    private async Task RunAsync(Action<Timeline, TimelineKeeping> work)
    {
        var data = new DataDirectory(Options.Create(new DataOptions { Directory = _directory.Path }));
        using var file = new TimelineFile(data, _time, NullLogger<TimelineFile>.Instance);
        var timeline = new Timeline();
        using var keeping = new TimelineKeeping(
            timeline,
            file,
            Options.Create(new TelemetryOptions()),
            _time,
            NullLogger<TimelineKeeping>.Instance
        );
        await keeping.StartAsync(TestContext.Current.CancellationToken);
        await keeping.Restored;
        work(timeline, keeping);
        await keeping.StopAsync(TestContext.Current.CancellationToken);
    }
}
