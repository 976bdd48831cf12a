using System.Runtime.CompilerServices;

namespace RecOps.Serving.Retrieval;

/// <summary>
/// The best items so far by estimated score.
/// 1. It has room for twice the wanted number.
/// 2. When it is full, the worse half is dropped by quickselect.
/// 3. The lowest remaining estimate becomes the bar that further items must pass.
/// </summary>
internal sealed class Shortlist
{
    private ulong[] _keys = [];
    private int _kept;
    private int _count;
    private int _allowed;
    private int _refused;

    /// <summary>Estimates at or below it cannot be among the best.</summary>
    public float Bar { get; private set; }

    /// <summary>Filter checks per allowed item, among items whose estimate passed the bar.</summary>
    public float AskedForEach => _allowed == 0 ? 1 : (_allowed + _refused) / (float)_allowed;

    public bool HasBar => Bar > float.NegativeInfinity;

    /// <param name="kept">How many of the best are wanted, at least 1.</param>
    public void Clear(int kept)
    {
        if (_keys.Length < kept * 2)
            _keys = new ulong[kept * 2];
        _kept = kept;
        _count = 0;
        _allowed = 0;
        _refused = 0;
        Bar = float.NegativeInfinity;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int item, float estimate)
    {
        _allowed++;
        _keys[_count++] = ScoreKey.Of(estimate, item);
        if (_count == _kept * 2)
            Cut();
    }

    /// <summary>An item passed the bar but is filtered out.</summary>
    public void Refuse() => _refused++;

    /// <summary>Sets the bar as soon as there are enough items for one.</summary>
    public void Settle()
    {
        if (!HasBar && _count >= _kept)
            Cut();
    }

    /// <summary>The best, in any order.</summary>
    public Span<ulong> Best()
    {
        if (_count > _kept)
            Cut();
        return _keys.AsSpan(0, _count);
    }

    private void Cut()
    {
        Bar = ScoreKey.Score(Selection.Largest(_keys.AsSpan(0, _count), _kept));
        _count = _kept;
    }
}
