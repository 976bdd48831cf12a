using System.Numerics;

namespace RecOps.Serving.Caching.Eviction;

/// <summary>
/// About how often keys were asked for of late: a count-min sketch (Cormode and Muthukrishnan 2005) with conservative update, whose counts
/// fade. A hand goes round the table and halves what it passes, so that there is no moment at which all is forgotten at once.
/// Not thread-safe.
/// </summary>
internal sealed class FrequencySketch
{
    private const int Rows = 4;
    private const int CountersPerEntry = 8;
    private const int LineBytes = 64;
    private const int RowBytes = LineBytes / Rows;

    /// <summary>A request in the counters' unit: fractions of it outlive halving.</summary>
    private const int One = 8;

    private readonly byte[] _counters;
    private readonly int _shift;
    private readonly double _handSpeed;
    private double _due;
    private int _hand;

    /// <param name="entries">About how many keys matter.</param>
    /// <param name="halfLife">Requests in which a count halves.</param>
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

    /// <summary>
    /// Requests, those of long ago for less, up to 32. Never less than it would be without other keys, but for the rounding.
    /// </summary>
    public double Estimate(ulong hash) => (double)Least(hash) / One;

    private int Least(ulong hash)
    {
        int least = byte.MaxValue;
        for (int row = 0; row < Rows; row++)
            least = Math.Min(least, _counters[Place(hash, row)]);
        return least;
    }

    /// <summary>All rows of a key stand in one line of the processor's cache, a quarter of it each.</summary>
    private int Place(ulong hash, int row)
    {
        int line = (int)((hash * 0x9E3779B97F4A7C15) >> _shift);
        int within = (int)(((hash * 0xC2B2AE3D27D4EB4F) >> (44 + (4 * row))) & (RowBytes - 1));
        return (line * LineBytes) + (row * RowBytes) + within;
    }
}
