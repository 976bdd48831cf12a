using RecOps.Serving.Retrieval;

namespace RecOps.Serving.Rules;

/// <summary>
/// Numbers from the best score down, put in order only as far as anybody asks: a list has few places, and most of what is in the running
/// is never looked at. A binary heap with the best on top.
/// </summary>
internal sealed class LazyOrder
{
    private int[] _order = new int[256];
    private ulong[] _keys = new ulong[256];
    private int _sorted;
    private int _heap;

    /// <summary>How many numbers there are.</summary>
    public int Count { get; private set; }

    /// <summary>Begins with so many numbers, in the order that they are in.</summary>
    public void Begin(int count)
    {
        if (_order.Length < count)
            _order = new int[Math.Max(count, 2 * _order.Length)];
        for (int i = 0; i < count; i++)
            _order[i] = i;
        (Count, _sorted, _heap) = (count, count, 0);
    }

    /// <summary>Begins with as many numbers as there are scores, the best first; of equal scores the lower number.</summary>
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

    /// <summary>Puts a number behind all there are.</summary>
    public void Append(int number)
    {
        if (_order.Length == Count)
            Array.Resize(ref _order, 2 * _order.Length);
        _order[Count++] = number;
    }

    /// <summary>The number at a place, from 0.</summary>
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
