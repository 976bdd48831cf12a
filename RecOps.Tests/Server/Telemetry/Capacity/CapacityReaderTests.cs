using RecOps.Server.Telemetry.Capacity;
using RecOps.Server.Telemetry.History;
using RecOps.Serving.Batching;
using RecOps.Serving.Metrics;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Server.Telemetry.Capacity;

public sealed class CapacityReaderTests
{
    [Fact]
    public void LoadOf_SecondsOfAKnownCost_FindsItBesideWhatTheServerDoesAnyway()
    {
        // A base load of 0.2 s on two cores, 0.4 ms per request, and batches of 1 ms each for half of them.
        TelemetrySlice[] seconds = [.. Enumerable.Range(0, 200).Select(i => Second(i, 100 + (i % 7 * 50)))];

        LoadCost load = CapacityReader.LoadOf(seconds, isGpu: false)!;

        Assert.Equal(0.4, load.OtherCpuMs!.Value, 0.001);
        Assert.Equal((200, 0.5), (load.Seconds, Math.Round(load.HitShare, 6)));
        Assert.True(load.MeanCpuMs > 0.9);
    }

    [Fact]
    public void LoadOf_EverySecondTheSame_CannotTell()
    {
        LoadCost load = CapacityReader.LoadOf([.. Enumerable.Range(0, 200).Select(i => Second(i, 100))], isGpu: false)!;
        Assert.Null(load.OtherCpuMs);
        Assert.Null(CapacityReader.LoadOf([], isGpu: false));
    }

    [Fact]
    public void LoadOf_ProcessorBusyWithOtherThings_CannotTell()
    {
        var random = new Random(3);
        TelemetrySlice[] seconds =
        [
            .. Enumerable
                .Range(0, 200)
                .Select(i => Second(i, random.Next(20, 40)))
                .Select(second =>
                    second with
                    {
                        Process = second.Process! with { CpuPercent = second.Process.CpuPercent + (20 * random.NextDouble()) },
                    }
                ),
        ];

        LoadCost load = CapacityReader.LoadOf(seconds, isGpu: false)!;

        Assert.Null(load.OtherCpuMs);
        Assert.True(load.MeanCpuMs > 0);
    }

    [Fact]
    public async Task Capacity_WarmServer_HasServiceTimes()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartRunningAsync();
        CapacityFacts facts = await application.CreateClient().GetAsync<CapacityFacts>(Routes.Capacity);

        Assert.Equal(("shop", "cpu", false), (facts.Model.Split(' ')[0], facts.Provider, facts.IsGpu));
        Assert.Equal([1, 2, 4, 8, 16, 32, 64], facts.ServiceTimes.Select(time => time.Size));
        Assert.All(facts.ServiceTimes, time => Assert.True(time.Ms > 0 && time.PlannedMs >= time.Ms && time.Batches > 0));
    }

    private static TelemetrySlice Second(int offset, int requests)
    {
        var sources = new long[RecommendationSource.All.Length];
        (sources[0], sources[2]) = (requests / 2, requests / 2);
        double batchSeconds = requests / 2 * 0.001;
        double cpu = 0.2 + (requests * 0.0004) + batchSeconds;
        return new TelemetrySlice(
            DateTimeOffset.UnixEpoch.AddSeconds(offset),
            1,
            sources,
            requests,
            0,
            0,
            0,
            0,
            [.. Stage.All.Select(_ => CompactHistogram.Empty)]
        )
        {
            Process = new ProcessState(100 * cpu / 2, 2, 0, 0, 0),
            Batching = new BatchingSecond(
                [requests / 2],
                [],
                0,
                requests / 2,
                requests / 2,
                0,
                batchSeconds,
                TimeSpan.FromSeconds(1),
                [],
                CompactHistogram.Empty
            ),
        };
    }
}
