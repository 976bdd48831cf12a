using RecOps.Serving.Retrieval;

namespace RecOps.Serving.Rules;

/// <summary>
/// Numbers by descending score, sorted only as far as needed: a list has few positions, and most candidates are never looked at. A binary
/// heap with the best at the root.
/// </summary>
internal sealed class LazyOrder
{
    private int[] _order = new int[256];
    private ulong[] _keys = new ulong[256];
    private int _sorted;
    private int _heap;

    /// <summary>How many numbers there are.</summary>
    public int Count { get; private set; }

    /// <summary>Starts with this many numbers, in their own order.</summary>
    public void Begin(int count)
    {
        if (_order.Length < count)
            _order = new int[Math.Max(count, 2 * _order.Length)];
        for (int i = 0; i < count; i++)
            _order[i] = i;
        (Count, _sorted, _heap) = (count, count, 0);
    }

    /// <summary>Starts with a number for each score, the best first; ties go to the lower number.</summary>
    public void Begin(ReadOnlySpan<float> scores)
    {
        Begin(scores.Length);
        if (_keys.Length < scores.Length)
            _keys = new ulong[_order.Length];
        for (int i = 0; i < scores.Length; i++)
            _keys[i] = ScoreKey.Of(scores[i], i);
        (_sorted, _heap) = (0, scores.Length);
        for (int i = (_heap / 2) - 1; i >= 0; i--)
            Sink(i);
    }

    /// <summary>Appends a number after all others.</summary>
    public void Append(int number)
    {
        if (_order.Length == Count)
            Array.Resize(ref _order, 2 * _order.Length);
        _order[Count++] = number;
    }

    /// <summary>The number at a position, from 0.</summary>
    public int At(int place)
    {
        while (_sorted <= place && _heap > 0)
        {
            _order[_sorted++] = ScoreKey.Number(_keys[0]);
            _keys[0] = _keys[--_heap];
            Sink(0);
        }

        return _order[place];
    }

    private void Sink(int at)
    {
        Span<ulong> heap = _keys.AsSpan(0, _heap);
        if (at >= heap.Length)
            return;
        ulong key = heap[at];
        for (int child = (2 * at) + 1; child < heap.Length; child = (2 * at) + 1)
        {
            if (child + 1 < heap.Length && heap[child + 1] > heap[child])
                child++;
            if (heap[child] <= key)
                break;
            heap[at] = heap[child];
            at = child;
        }

        heap[at] = key;
    }
}
