using FsCheck.Xunit;
using HdrHistogram;
using RecOps.Server.Telemetry.History;
using RecOps.Serving.Metrics;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Server.Telemetry.History;

public sealed class TimelineTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);

    [Property(MaxTest = 40)]
    public void Latest_AnyLatencies_PercentilesWithinOnePercentOfASort(Choices random)
    {
        var timeline = new Timeline();
        var all = new List<long>();
        for (int second = 0; second < 60; second++)
        {
            long[] values = [.. Enumerable.Range(0, random.Next(0, 60)).Select(_ => (long)Math.Exp(random.NextDouble() * 23) + 1)];
            all.AddRange(values);
            timeline.Add(Second(second, values));
        }

        StageLatency total = timeline.LatestWindow(60)!.Stages.Single(stage => stage.Stage == Stage.Total);

        all.Sort();
        Assert.Equal(all.Count, total.Count);
        Assert.InRange(total.SumMs, all.Sum() / 1e6 * 0.99, all.Sum() / 1e6 * 1.01);
        Near(50, total.P50Ms);
        Near(90, total.P90Ms);
        Near(99, total.P99Ms);
        Near(100, total.MaxMs);
        if (all.Count < 1000)
            Assert.Null(total.P999Ms);
        else
            Near(99.9, total.P999Ms);

        void Near(double percentile, double? actual)
        {
            int rank = Math.Clamp((int)Math.Ceiling((percentile / 100 * all.Count) - 1e-6), 1, all.Count);
            double expected = all[rank - 1] / 1e6;
            Assert.InRange(actual!.Value, expected * 0.99 - 1e-6, expected * 1.01 + 1e-6);
        }
    }

    [Fact]
    public void Latest_FewSamples_NoP999()
    {
        var timeline = new Timeline();
        timeline.Add(Second(0, [.. Enumerable.Repeat(1_000_000L, 999)]));
        Assert.Null(timeline.LatestWindow(1)!.Stages[^1].P999Ms);

        timeline.Add(Second(1, 1_000_000));
        Assert.NotNull(timeline.LatestWindow(2)!.Stages[^1].P999Ms);
    }

    [Fact]
    public void Latest_NoSamples_EveryStageWithoutPercentiles()
    {
        var timeline = new Timeline();
        Assert.Null(timeline.LatestWindow(60));
        timeline.Add(Second(0));

        TelemetryWindow window = timeline.LatestWindow(60)!;

        Assert.Equal(Stage.All, window.Stages.Select(stage => stage.Stage));
        Assert.All(window.Stages, stage => Assert.True(stage is { Count: 0, P50Ms: null, MaxMs: null }));
    }

    [Fact]
    public void Add_MoreThanCapacity_OldestGone()
    {
        var timeline = new Timeline();
        for (int second = 0; second < Timeline.KeptSeconds + 10; second++)
            timeline.Add(Second(second, 5));

        TelemetryWindow all = timeline.LatestWindow(int.MaxValue)!;

        Assert.Equal(Timeline.KeptSeconds, all.Seconds);
        Assert.Equal(Start.AddSeconds(10), all.Start);
    }

    [Fact]
    public void Between_StepOfTen_WindowsAlignedToTheClock()
    {
        var timeline = new Timeline();
        for (int second = 0; second < 30; second++)
            timeline.Add(Second(second, 5));

        TelemetryWindow[] windows = timeline.WindowsBetween(Start.AddSeconds(5), Start.AddSeconds(25), 10);

        Assert.Equal([(5, 5), (10, 10), (20, 5)], windows.Select(w => ((int)(w.Start - Start).TotalSeconds, w.Seconds)));
        Assert.Equal([5L, 10, 5], windows.Select(w => w.Requests));
    }

    [Fact]
    public void Between_StepsOfMinutes_MinutesAndWhatTheRunningOneHasSoFar()
    {
        var timeline = new Timeline();
        for (int second = 0; second < 150; second++)
            timeline.Add(Second(second, 5));

        TelemetryWindow[] windows = timeline.WindowsBetween(Start, Start.AddHours(1), 60);

        Assert.Equal([(0, 60), (60, 60), (120, 30)], windows.Select(w => ((int)(w.Start - Start).TotalSeconds, w.Seconds)));
        Assert.Equal([60L, 60, 30], windows.Select(w => w.Requests));
        Assert.Equal([60L, 60, 30], windows.Select(w => w.Stages[^1].Count));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(89)]
    [InlineData(149)]
    public void UpTo_AnySecond_TheMinuteThatItEnds(int last)
    {
        var timeline = new Timeline();
        for (int second = 0; second < 150; second++)
            timeline.Add(Second(second, [.. Enumerable.Repeat(5L, second)]));

        TelemetrySlice[] minute = timeline.UpTo(Start.AddSeconds(last), 60);

        Assert.Equal(Enumerable.Range(last - 59, 60), minute.Select(second => (int)(second.Start - Start).TotalSeconds));
        Assert.Equal(Enumerable.Range(last - 59, 60).Sum(), TelemetryWindows.Of(minute).Requests);
    }

    [Fact]
    public void UpTo_SecondsAreGone_TheirMinutes()
    {
        var timeline = new Timeline();
        for (int second = 0; second < Timeline.KeptSeconds + 330; second++)
            timeline.Add(Second(second, 5));

        TelemetrySlice whole = Assert.Single(timeline.UpTo(Start.AddSeconds(90), 60));
        TelemetrySlice[] all = timeline.UpTo(Start.AddSeconds(Timeline.KeptSeconds + 329), Timeline.KeptSeconds + 330);

        Assert.Equal((Start.AddSeconds(60), 60L), (whole.Start, whole.Sources[2]));
        Assert.Equal([60, 60, 60, 60, 60, 60, 1], all.Take(7).Select(slice => slice.Seconds));
        Assert.Equal(Timeline.KeptSeconds + 330, all.Sum(slice => slice.Seconds));
    }

    [Fact]
    public void UpTo_NothingThere_Nothing()
    {
        var timeline = new Timeline();
        Assert.Empty(timeline.UpTo(Start, 60));
        timeline.Add(Second(0, 5));

        Assert.Empty(timeline.UpTo(Start.AddSeconds(-1), 60));
        Assert.Single(timeline.UpTo(Start.AddSeconds(59), 60));
        Assert.Empty(timeline.UpTo(Start.AddSeconds(60), 60));
    }

    [Property(MaxTest = 20)]
    public void Between_MinutesOrTheirSeconds_TheSamePercentiles(Choices random)
    {
        var timeline = new Timeline();
        for (int second = 0; second <= 60; second++)
            timeline.Add(
                Second(second, [.. Enumerable.Range(0, random.Next(0, 40)).Select(_ => (long)Math.Exp(random.NextDouble() * 23) + 1)])
            );

        StageLatency minute = timeline.WindowsBetween(Start, Start.AddSeconds(60), 60)[0].Stages[^1];
        StageLatency seconds = TelemetryWindows.Of(timeline.Between(Start, Start.AddSeconds(60), 1)).Stages[^1];

        Assert.Equal(seconds with { SumMs = 0 }, minute with { SumMs = 0 });
        Assert.Equal(seconds.SumMs, minute.SumMs, 1e-6 * seconds.SumMs);
    }

    [Fact]
    public void Restore_WhatWasBefore_ComesFirstAndOnlyOnce()
    {
        var timeline = new Timeline();
        for (int second = 100; second < 110; second++)
            timeline.Add(Second(second, 5));

        timeline.Restore([.. Enumerable.Range(50, 55).Select(second => Second(second, 5, 6))], []);

        TelemetryWindow[] windows = timeline.WindowsBetween(Start, Start.AddHours(1), 1);
        Assert.Equal(Enumerable.Range(50, 60), windows.Select(w => (int)(w.Start - Start).TotalSeconds));
        Assert.Equal([2L, 1], windows[49..51].Select(w => w.Requests));
    }

    [Fact]
    public void Add_ClockWasSetBack_WhatHasNotHappenedYetIsForgotten()
    {
        var timeline = new Timeline();
        for (int second = 0; second < 150; second++)
            timeline.Add(Second(second, 1));
        for (int second = 30; second < 100; second++)
            timeline.Add(Second(second, 1, 2));

        // Earlier counts in the second that the clock was set back to stay with it.
        Assert.Equal(
            [.. Enumerable.Repeat(1L, 30), 3, .. Enumerable.Repeat(2L, 69)],
            timeline.WindowsBetween(Second(0).Start, Second(1000).Start, 1).Select(second => second.Stages[^1].Count)
        );
        Assert.Equal([61, 40], timeline.WindowsBetween(Second(0).Start, Second(1000).Start, 60).Select(minute => minute.Seconds));

        // Back to before everything known.
        for (int second = -200; second < -70; second++)
            timeline.Add(Second(second, 1));
        Assert.Equal(130, timeline.Latest(1000).Length);
        Assert.Equal(130, timeline.WindowsBetween(Second(-1000).Start, Second(1000).Start, 1).Length);
    }

    internal static TelemetrySlice Second(int offset, params long[] totals)
    {
        HistogramBase histogram = LatencyHistogram.New();
        foreach (long value in totals)
            histogram.RecordValue(value);
        CompactHistogram[] stages =
        [
            .. Stage.All.Select(stage => stage == Stage.Total ? CompactHistogram.Of(histogram) : CompactHistogram.Empty),
        ];
        long[] sources = new long[RecommendationSource.All.Length];
        sources[2] = totals.Length;
        return new TelemetrySlice(Start.AddSeconds(offset), 1, sources, totals.Length, 0, 0, 0, 0, stages);
    }
}
