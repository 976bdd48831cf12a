using System.Numerics;

namespace RecOps.Serving.Retrieval;

/// <summary>
/// A reusable set of ordinals: open addressing with linear probing. Slots carry the generation in which they were written, so that clearing
/// is one increment.
/// </summary>
internal sealed class OrdinalSet
{
    private long[] _slots = new long[64];
    private int _generation = 1;

    public int Count { get; private set; }

    public void Clear()
    {
        Count = 0;
        if (++_generation != int.MaxValue)
            return;
        Array.Clear(_slots);
        _generation = 1;
    }

    /// <summary>Copies another set, which must not change meanwhile.</summary>
    public void CopyFrom(OrdinalSet other)
    {
        Clear();
        foreach (long slot in other._slots)
        {
            if (Generation(slot) == other._generation)
                Add((int)slot);
        }
    }

    public bool Contains(int ordinal)
    {
        if (Count == 0)
            return false;
        long wanted = Slot(ordinal);
        int mask = _slots.Length - 1;
        for (int i = Hash(ordinal) & mask; Generation(_slots[i]) == _generation; i = (i + 1) & mask)
        {
            if (_slots[i] == wanted)
                return true;
        }

        return false;
    }

    /// <returns>False when it was already there.</returns>
    public bool Add(int ordinal)
    {
        if (Count * 2 >= _slots.Length)
            Grow();
        long wanted = Slot(ordinal);
        int mask = _slots.Length - 1;
        int i = Hash(ordinal) & mask;
        for (; Generation(_slots[i]) == _generation; i = (i + 1) & mask)
        {
            if (_slots[i] == wanted)
                return false;
        }

        _slots[i] = wanted;
        Count++;
        return true;
    }

    private static int Generation(long slot) => (int)(slot >> 32);

    private static int Hash(int ordinal) => (int)BitOperations.RotateLeft((uint)ordinal * 2654435769u, 16) & int.MaxValue;

    private long Slot(int ordinal) => ((long)_generation << 32) | (uint)ordinal;

    private void Grow()
    {
        long[] old = _slots;
        _slots = new long[old.Length * 2];
        Count = 0;
        foreach (long slot in old)
        {
            if (Generation(slot) == _generation)
                Add((int)slot);
        }
    }
}
