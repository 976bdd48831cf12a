using System.Numerics;

namespace RecOps.Serving.Caching.Eviction;

/// <summary>
/// Approximate recent request counts by key. Not thread-safe. Source: count-min sketch (Cormode and Muthukrishnan, 2005) with conservative
/// update.
/// 1. Each key has one counter in each of four rows, all in one cache line. The estimate is their minimum.
/// 2. A request raises only the counters below the new estimate (conservative update).
/// 3. A hand sweeps the table continuously and halves each counter that it passes, so counts decay evenly and are never all halved at once.
/// </summary>
internal sealed class FrequencySketch
{
    private const int Rows = 4;
    private const int CountersPerEntry = 8;
    private const int LineBytes = 64;
    private const int RowBytes = LineBytes / Rows;

    /// <summary>One request in counter units: fractions survive halving.</summary>
    private const int One = 8;

    private readonly byte[] _counters;
    private readonly int _shift;
    private readonly double _handSpeed;
    private double _due;
    private int _hand;

    /// <param name="entries">Approximate number of keys that matter.</param>
    /// <param name="halfLife">Requests after which a count halves.</param>
    public FrequencySketch(int entries, long halfLife)
    {
        _counters = new byte[BitOperations.RoundUpToPowerOf2((uint)Math.Clamp((long)entries * CountersPerEntry, 1024, 1 << 30))];
        _shift = 64 - BitOperations.Log2((uint)(_counters.Length / LineBytes));
        _handSpeed = (double)_counters.Length / halfLife;
    }

    public void Increment(ulong hash)
    {
        int least = Least(hash);
        if (least <= byte.MaxValue - One)
        {
            for (int row = 0; row < Rows; row++)
            {
                ref byte counter = ref _counters[Place(hash, row)];
                if (counter < least + One)
                    counter = (byte)(least + One);
            }
        }

        for (_due += _handSpeed; _due >= 1; _due--)
        {
            _counters[_hand] >>= 1;
            _hand = (_hand + 1) & (_counters.Length - 1);
        }
    }

    /// <summary>Decayed request count, up to 32. Collisions only ever raise it, apart from rounding.</summary>
    public double Estimate(ulong hash) => (double)Least(hash) / One;

    private int Least(ulong hash)
    {
        int least = byte.MaxValue;
        for (int row = 0; row < Rows; row++)
            least = Math.Min(least, _counters[Place(hash, row)]);
        return least;
    }

    /// <summary>All rows of a key are in one cache line, a quarter of it each.</summary>
    private int Place(ulong hash, int row)
    {
        int line = (int)((hash * 0x9E3779B97F4A7C15) >> _shift);
        int within = (int)(((hash * 0xC2B2AE3D27D4EB4F) >> (44 + (4 * row))) & (RowBytes - 1));
        return (line * LineBytes) + (row * RowBytes) + within;
    }
}
