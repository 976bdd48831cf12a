using FsCheck.Xunit;
using HdrHistogram;
using RecOps.Server.Telemetry.History;
using RecOps.Serving.Metrics;
using RecOps.Serving.Models;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Server.Telemetry.History;

/// <summary>Every percentile uses the nearest rank: those of windows, of trials, and by sorting.</summary>
public sealed class LatencyBucketsTests
{
    [Property(MaxTest = 200)]
    public void Summarize_SeveralSlices_IsTheHistogramOfAll(Choices choices)
    {
        var buckets = new LatencyBuckets();
        HistogramBase all = LatencyHistogram.New();
        var values = new List<long>();
        for (int slice = choices.Next(1, 5); slice > 0; slice--)
        {
            HistogramBase one = LatencyHistogram.New();
            for (int i = choices.Next(400); i > 0; i--)
            {
                long value = 1 + (long)Math.Pow(10, choices.NextSingle() * 10);
                one.RecordValue(value);
                all.RecordValue(value);
                values.Add(value);
            }

            buckets.Add(CompactHistogram.Of(one));
        }

        StageLatency found = buckets.Summarize("total", 0);

        Assert.Equal(values.Count, found.Count);
        if (values.Count == 0)
            return;
        Assert.Equal(
            (
                LatencyHistogram.PercentileOf(all, 50),
                LatencyHistogram.PercentileOf(all, 90),
                LatencyHistogram.PercentileOf(all, 99),
                all.GetMaxValue() / 1e6
            ),
            (found.P50Ms!.Value, found.P90Ms!.Value, found.P99Ms!.Value, found.MaxMs!.Value)
        );
        values.Sort();
        double exact = values[(int)Math.Ceiling(values.Count * 0.99 - 1e-6) - 1] / 1e6;
        Assert.InRange(found.P99Ms!.Value / exact, 1, 1.02);
    }

    [Fact]
    public void Summarize_OfATrial_IsByTheSameRule()
    {
        HistogramBase latencies = LatencyHistogram.New();
        for (int i = 1; i <= 75; i++)
            latencies.RecordValue(i * 1_000_000L);

        // The library itself rounds the rank, and returns the 74th.
        Assert.Equal(75, LiveFigures.Summarize(latencies).P99Ms!.Value, 1.0);
    }
}
