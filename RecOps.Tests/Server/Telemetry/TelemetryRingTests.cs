using FsCheck.Xunit;
using HdrHistogram;
using RecOps.Server.Telemetry;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Server.Telemetry;

public sealed class TelemetryRingTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);

    [Property(MaxTest = 40)]
    public void Latest_AnyLatencies_PercentilesWithinOnePercentOfASort(int seed)
    {
        var random = new Random(seed);
        var ring = new TelemetryRing();
        var all = new List<long>();
        for (int second = 0; second < 60; second++)
        {
            long[] values = [.. Enumerable.Range(0, random.Next(0, 60)).Select(_ => (long)Math.Exp(random.NextDouble() * 23) + 1)];
            all.AddRange(values);
            ring.Add(Second(second, values));
        }

        StageLatency total = ring.Latest(60)!.Stages.Single(stage => stage.Stage == Stage.Total);

        all.Sort();
        Assert.Equal(all.Count, total.Count);
        Assert.InRange(total.SumMs, all.Sum() / 1e6 * 0.99, all.Sum() / 1e6 * 1.01);
        Near(50, total.P50Ms);
        Near(90, total.P90Ms);
        Near(99, total.P99Ms);
        Near(100, total.MaxMs);
        if (all.Count < 1000) Assert.Null(total.P999Ms);
        else Near(99.9, total.P999Ms);

        void Near(double percentile, double? actual)
        {
            int rank = Math.Clamp((int)((percentile / 100 * all.Count) + 0.5), 1, all.Count);
            double expected = all[rank - 1] / 1e6;
            Assert.InRange(actual!.Value, expected * 0.99 - 1e-6, expected * 1.01 + 1e-6);
        }
    }

    [Fact]
    public void Latest_FewSamples_NoP999()
    {
        var ring = new TelemetryRing();
        ring.Add(Second(0, [.. Enumerable.Repeat(1_000_000L, 999)]));
        Assert.Null(ring.Latest(1)!.Stages[^1].P999Ms);

        ring.Add(Second(1, 1_000_000));
        Assert.NotNull(ring.Latest(2)!.Stages[^1].P999Ms);
    }

    [Fact]
    public void Latest_NoSamples_EveryStageWithoutPercentiles()
    {
        var ring = new TelemetryRing();
        Assert.Null(ring.Latest(60));
        ring.Add(Second(0));

        TelemetryWindow window = ring.Latest(60)!;

        Assert.Equal(Stage.All, window.Stages.Select(stage => stage.Stage));
        Assert.All(window.Stages, stage => Assert.True(stage is { Count: 0, P50Ms: null, MaxMs: null }));
    }

    [Fact]
    public void Add_MoreThanCapacity_OldestGone()
    {
        var ring = new TelemetryRing();
        for (int second = 0; second < TelemetryRing.Capacity + 10; second++) ring.Add(Second(second, 5));

        TelemetryWindow all = ring.Latest(int.MaxValue)!;

        Assert.Equal(TelemetryRing.Capacity, all.Seconds);
        Assert.Equal(Start.AddSeconds(10), all.Start);
    }

    [Fact]
    public void Between_StepOfTen_WindowsAlignedToTheClock()
    {
        var ring = new TelemetryRing();
        for (int second = 0; second < 30; second++) ring.Add(Second(second, 5));

        TelemetryWindow[] windows = ring.Between(Start.AddSeconds(5), Start.AddSeconds(25), 10);

        Assert.Equal([(5, 5), (10, 10), (20, 5)], windows.Select(w => ((int)(w.Start - Start).TotalSeconds, w.Seconds)));
        Assert.Equal([5L, 10, 5], windows.Select(w => w.Requests));
    }

    private static TelemetrySecond Second(int offset, params long[] totals)
    {
        HistogramBase histogram = LatencyHistogram.New();
        foreach (long value in totals) histogram.RecordValue(value);
        CompactHistogram[] stages = [.. Stage.All.Select(stage => stage == Stage.Total ? CompactHistogram.Of(histogram) : CompactHistogram.Empty)];
        long[] sources = new long[ServingMetrics.Sources.Length];
        sources[2] = totals.Length;
        return new TelemetrySecond(Start.AddSeconds(offset), sources, 0, 0, 0, 0, stages);
    }
}
