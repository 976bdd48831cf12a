using System.Buffers;
using System.Text.Json.Serialization;
using HdrHistogram;

namespace RecOps.Serving.Metrics;

/// <summary>
/// The non-empty buckets of one slice's latencies, packed.
/// 1. For each bucket, the difference to the previous bucket's value and the count are written.
/// 2. Both are variable-length integers of seven bits per byte (LEB128).
/// An hour of seconds is kept, so size matters more than the few microseconds of unpacking.
/// </summary>
[JsonConverter(typeof(CompactHistogramJson))]
internal sealed class CompactHistogram
{
    public static readonly CompactHistogram Empty = new([]);
    private readonly byte[] _packed;

    private CompactHistogram(byte[] packed)
    {
        _packed = packed;
        foreach ((long value, long count) in Buckets)
            Sum += value * count;
    }

    /// <summary>Total nanoseconds, each sample at its bucket's value: accurate to the buckets' 1%.</summary>
    public long Sum { get; }

    public ReadOnlySpan<byte> Packed => _packed;

    /// <summary>Nanoseconds and their sample counts, ascending.</summary>
    public IEnumerable<(long Value, long Count)> Buckets
    {
        get
        {
            long value = 0;
            for (int at = 0; at < _packed.Length; )
            {
                value += Number(ref at);
                yield return (value, Number(ref at));
            }
        }
    }

    public static CompactHistogram Of(HistogramBase histogram)
    {
        if (histogram.TotalCount == 0)
            return Empty;
        var packed = new ArrayBufferWriter<byte>(256);
        long last = 0;
        foreach (HdrHistogram.Iteration.HistogramIterationValue bucket in histogram.RecordedValues())
        {
            Write(packed, bucket.ValueIteratedTo - last);
            Write(packed, bucket.CountAtValueIteratedTo);
            last = bucket.ValueIteratedTo;
        }

        return new CompactHistogram(packed.WrittenSpan.ToArray());
    }

    /// <exception cref="FormatException">Not a value of <see cref="Packed"/>.</exception>
    public static CompactHistogram Unpack(byte[] packed) => packed.Length == 0 ? Empty : new CompactHistogram(packed);

    public void AddTo(HistogramBase histogram)
    {
        foreach ((long value, long count) in Buckets)
            histogram.RecordValueWithCount(Math.Min(value, LatencyHistogram.Highest), count);
    }

    private static void Write(ArrayBufferWriter<byte> to, long number)
    {
        while (number >= 0x80)
        {
            to.GetSpan(1)[0] = (byte)(number | 0x80);
            to.Advance(1);
            number >>= 7;
        }

        to.GetSpan(1)[0] = (byte)number;
        to.Advance(1);
    }

    private long Number(ref int at)
    {
        long number = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            if (at == _packed.Length)
                break;
            byte next = _packed[at++];
            number |= (long)(next & 0x7f) << shift;
            if (next < 0x80)
                return number;
        }

        throw new FormatException("A packed histogram ends in the middle of a number.");
    }
}
