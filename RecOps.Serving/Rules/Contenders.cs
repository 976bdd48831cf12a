using System.Runtime.CompilerServices;
using RecOps.Serving.Retrieval;

namespace RecOps.Serving.Rules;

/// <summary>
/// The candidate items for a list, without duplicates and only those that rules leave, numbered in order of arrival, and their ranking.
/// </summary>
/// <param name="used">Items that were already added.</param>
internal sealed class Contenders(HoldingRules rules, OrdinalSet used)
{
    private readonly LazyOrder _order = new();
    private readonly List<int> _pinnable = [];
    private readonly List<int> _brought = [];
    private Contender[] _items = new Contender[256];
    private ulong[] _selecting = [];
    private float[] _weighted = new float[256];
    private bool _isWeighed;

    public int Count { get; private set; }

    /// <summary>Those that a rule pins.</summary>
    public List<int> Pinnable => _pinnable;

    public ref Contender this[int number]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _items[number];
    }

    public void Begin()
    {
        int words = rules.Set.Words;
        if (_selecting.Length < _items.Length * words)
            _selecting = new ulong[_items.Length * words];
        _pinnable.Clear();
        _brought.Clear();
        Count = 0;
    }

    /// <summary>The applicable rules that select an item.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<ulong> SelectingOf(int number)
    {
        int words = rules.Set.Words;
        return _selecting.AsSpan(number * words, words);
    }

    /// <summary>Adds an item before sorting; <see cref="TryAppend"/> adds one afterwards.</summary>
    /// <param name="rank">Rank in the model's order, from 1; 0 if the model did not rank it.</param>
    /// <returns>False when it may not be shown, or was already added.</returns>
    public bool TryAdd(int item, float score, int rank, ItemOrigin origin, in ListInput input, RuleTrace? trace)
    {
        if (!input.Filter.Allows(item) || !used.Add(item))
            return false;
        int words = rules.Set.Words;
        if (Count == _items.Length)
            Grow(words);
        Span<ulong> selecting = _selecting.AsSpan(Count * words, words);
        float factor = 1;
        if (rules.Any)
        {
            HoldingRules.Looked looked = rules.Look(item, selecting, input);
            if (!looked.IsLeft)
            {
                trace?.Removed.Add(new RuleTrace.Removal(item, rules.RemovedBy(selecting), rank, score));
                return false;
            }

            if (looked.IsWeighed)
                factor = rules.FactorOf(selecting);
            if (looked.IsPinned)
                _pinnable.Add(Count);
        }
        else
        {
            selecting.Clear();
        }

        _items[Count++] = new Contender
        {
            Item = item,
            Score = score,
            Weight = score,
            Factor = factor,
            Rank = (short)Math.Min(rank, short.MaxValue),
            Origin = origin,
            Reserved = -1,
            Pin = -1,
        };
        return true;
    }

    /// <summary>Appends an item that the model did not rank, after all others.</summary>
    /// <inheritdoc cref="TryAdd" path="/returns"/>
    public bool TryAppend(int item, ItemOrigin origin, in ListInput input, RuleTrace? trace)
    {
        if (!TryAdd(item, 0, 0, origin, input, trace))
            return false;
        _order.Append(Count - 1);
        return true;
    }

    /// <summary>Adds an item for a pin. It takes no position of its own until <see cref="TryRelease"/>.</summary>
    /// <inheritdoc cref="TryAdd" path="/returns"/>
    public bool TryBring(int item, in ListInput input, RuleTrace? trace)
    {
        if (!TryAdd(item, 0, 0, ItemOrigin.Pin, input, trace))
            return false;
        _brought.Add(Count - 1);
        return true;
    }

    /// <returns>The number of an item that was added for a pin; -1 for none.</returns>
    public int BroughtBefore(int item)
    {
        foreach (int number in _brought)
        {
            if (_items[number].Item == item)
                return number;
        }

        return -1;
    }

    /// <summary>Appends an item that was added for a pin but not used by it, after all others.</summary>
    /// <returns>Its number; -1 if there is no such item.</returns>
    public int TryRelease(int item, ItemOrigin origin)
    {
        int number = BroughtBefore(item);
        if (number < 0 || _items[number].Reserved >= 0 || _items[number].Origin != ItemOrigin.Pin)
            return -1;
        _items[number].Origin = origin;
        _order.Append(number);
        return number;
    }

    /// <summary>Sorts them: in order of arrival, or by weight where rules weigh any.</summary>
    public void Sort()
    {
        _isWeighed = false;
        for (int i = 0; i < Count; i++)
            _isWeighed |= _items[i].Factor != 1;
        if (!_isWeighed)
        {
            _order.Begin(Count);
            return;
        }

        if (_weighted.Length < Count)
            _weighted = new float[_items.Length];
        for (int i = 0; i < Count; i++)
            _weighted[i] = _items[i].Weighted;
        _order.Begin(_weighted.AsSpan(0, Count));
    }

    /// <summary>How many take positions of their own: all except those added only for pins.</summary>
    public int InOrderCount => _order.Count;

    /// <summary>The number of the one at a position in the ranking, from 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int InOrder(int place) => _order.At(place);

    /// <summary>Whether one ranks before another.</summary>
    public bool ComesBefore(int number, int other)
    {
        float difference = _isWeighed ? _items[number].Weighted - _items[other].Weighted : 0;
        return difference != 0 ? difference > 0 : number < other;
    }

    private void Grow(int words)
    {
        Array.Resize(ref _items, _items.Length * 2);
        Array.Resize(ref _selecting, Math.Max(_selecting.Length, _items.Length * words));
    }
}
