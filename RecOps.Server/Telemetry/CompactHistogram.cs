using HdrHistogram;

namespace RecOps.Server.Telemetry;

/// <summary>The filled buckets of one second's latencies: values in nanoseconds and how many there were.</summary>
internal sealed class CompactHistogram(long[] values, int[] counts)
{
    public static readonly CompactHistogram Empty = new([], []);

    /// <summary>Nanoseconds of all samples together, each as its bucket has it: within the buckets' 1%.</summary>
    public long Sum { get; } = AddUp(values, counts);

    public static CompactHistogram Of(HistogramBase histogram)
    {
        if (histogram.TotalCount == 0) return Empty;
        var values = new List<long>();
        var counts = new List<int>();
        foreach (HdrHistogram.Iteration.HistogramIterationValue bucket in histogram.RecordedValues())
        {
            values.Add(bucket.ValueIteratedTo);
            counts.Add((int)Math.Min(bucket.CountAtValueIteratedTo, int.MaxValue));
        }

        return new CompactHistogram([.. values], [.. counts]);
    }

    private static long AddUp(long[] values, int[] counts)
    {
        long sum = 0;
        for (int i = 0; i < values.Length; i++) sum += values[i] * counts[i];
        return sum;
    }

    public void AddTo(HistogramBase histogram)
    {
        for (int i = 0; i < values.Length; i++) histogram.RecordValueWithCount(values[i], counts[i]);
    }
}
