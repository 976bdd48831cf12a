using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RecOps.Server.Recommendations;
using RecOps.Server.Retrieval;
using RecOps.Server.Rules.Compilation;

namespace RecOps.Server.Rules;

/// <summary>
/// Makes the list that is shown from what the model ranked, the same for shoppers and for previews. In order: what may not be shown
/// and what rules exclude goes, only what rules include stays, scores are multiplied by boosts and buries, places are filled from the
/// best down as far as caps allow, pinned items at theirs, and what then is missing comes from what is popular. Pins count towards
/// caps from the beginning, so that a cap holds whatever is pinned. Its memory is used again for the next list.
/// </summary>
internal sealed class ListArrangement
{
    /// <summary>What scores are multiplied by, however many rules boost an item.</summary>
    private const float MaxFactor = 4;

    /// <summary>Items of a list that no model ranked which boosts may bring to the front.</summary>
    private const int Seeds = 200;

    private readonly OrdinalSet _used = new();
    private readonly BoughtItems _bought = new();
    private readonly CapCounts _caps = new();
    private readonly LazyOrder _order = new();
    private readonly List<Pin> _pins = [];

    /// <summary>Entries that a rule pins.</summary>
    private readonly List<int> _pinnable = [];

    private RuleSet? _rules;
    private Restriction? _restriction;
    private bool _restrictionIsKnown;
    private bool _anyHold;
    private bool _isWeighed;

    /// <summary>Written so that what was loaded is not taken for needless; here, as a place that all requests share would be waited for.</summary>
    private ulong _fetched;
    private ulong[] _holding = [];
    private Entry[] _entries = new Entry[256];
    private ulong[] _selecting = [];
    private float[] _weighted = new float[256];
    private int _count;

    /// <summary>The rules that hold, once <see cref="Begin"/> has found them.</summary>
    public ReadOnlySpan<ulong> Holding => _holding.AsSpan(0, _rules!.Words);

    /// <summary>Items of the last list that came from what the model ranked.</summary>
    public int FromRanked { get; private set; }

    /// <summary>Finds the rules that hold for a request.</summary>
    public void Begin(RuleSet rules, in RuleMoment moment)
    {
        _rules = rules;
        if (_holding.Length < rules.Words) _holding = new ulong[rules.Words];
        _anyHold = rules.Hold(moment, _holding.AsSpan(0, rules.Words));
        Cluster = moment.Cluster;
        _restrictionIsKnown = false;
    }

    /// <summary>The shopper's, as <see cref="Begin"/> was told; -1 for none.</summary>
    public int Cluster { get; private set; }

    /// <inheritdoc cref="RuleSet.NarrowOf"/>
    public Restriction? Narrow => _anyHold ? _rules!.NarrowOf(Holding) : null;

    /// <summary>
    /// The items that rules leave of the catalogue, whoever asks; null when they leave all. To be asked only where a list is not enough:
    /// there are as many as combinations of rules, and each takes a walk through the catalogue.
    /// </summary>
    public Restriction? Restriction
    {
        get
        {
            // Asked for several times on a request's way, and a look-up each time.
            if (_restrictionIsKnown) return _restriction;
            _restrictionIsKnown = true;
            return _restriction = _anyHold ? _rules!.RestrictionOf(Holding) : null;
        }
    }

    /// <summary>Whether enough of a ranked list may be shown.</summary>
    /// <param name="wanted">How many are enough.</param>
    public bool Covers(in ListInput input, int wanted)
    {
        _bought.Begin(_rules!, _anyHold ? Holding : default, input);
        if (_anyHold) Fetch(input, 2 * wanted);
        int left = 0;
        foreach (int item in input.Ranked.Ordinals)
        {
            if (input.Filter.Allows(item) && (!_anyHold || IsLeft(item, input)) && ++left == wanted) return true;
        }

        return left >= wanted;
    }

    /// <param name="list">Its length is the number of places.</param>
    /// <param name="touched">For each place in turn, one bit for each rule that had a part in the item's standing there.</param>
    /// <returns>How many places were filled.</returns>
    public int Arrange(in ListInput input, Span<RankedItem> list, Span<ulong> touched, RuleTrace? trace = null)
    {
        _used.Clear();
        _pinnable.Clear();
        _count = 0;
        FromRanked = 0;
        if (!_anyHold && trace is null) return Plain(input, list, touched);
        if (_selecting.Length < _entries.Length * _rules!.Words) _selecting = new ulong[_entries.Length * _rules.Words];
        _bought.Begin(_rules!, _anyHold ? Holding : default, input);
        _caps.Begin(_rules, _anyHold ? Holding : default);
        var source = new Backfill(_bought.AreAskedFor, this);
        Gather(input, ref source, trace);
        FromRanked = input.Ranked.Count == 0 ? 0 : _count;
        Sort();
        PlacePins(input, list.Length, trace);
        return Fill(input, ref source, list, touched, trace);
    }

    private int Plain(in ListInput input, Span<RankedItem> list, Span<ulong> touched)
    {
        touched.Clear();
        int filled = 0;
        for (int i = 0; i < input.Ranked.Count && filled < list.Length; i++)
        {
            int item = input.Ranked.Ordinals[i];
            if (input.Filter.Allows(item) && _used.Add(item)) list[filled++] = new RankedItem(item, (float)input.Ranked.Scores[i]);
        }

        FromRanked = filled;
        filled = Popular(input.ClusterPopular, input.Filter, list, filled);
        return Popular(input.Popular, input.Filter, list, filled);
    }

    private int Popular(ReadOnlySpan<int> items, in ItemFilter filter, Span<RankedItem> list, int filled)
    {
        foreach (int item in items)
        {
            if (filled == list.Length) break;
            if (item >= 0 && filter.Allows(item) && _used.Add(item)) list[filled++] = new RankedItem(item, 0);
        }

        return filled;
    }

    /// <summary>Looks at an item once: which rules select it, whether they leave it, whether any weighs or pins it.</summary>
    /// <param name="selecting">The rules that hold and select the item; filled.</param>
    private Looked Look(int item, Span<ulong> selecting, in ListInput input)
    {
        ref ulong of = ref MemoryMarshal.GetReference(_rules!.Selecting(item));
        ref ulong into = ref MemoryMarshal.GetReference(selecting);
        ref ulong holding = ref _holding[0];
        Vector256<ulong> against = default;
        Vector256<ulong> weighing = default;
        Vector256<ulong> pinning = default;
        for (nuint word = 0; word < (nuint)selecting.Length; word += RuleBits.WordsAtOnce)
        {
            Vector256<ulong> hold = Vector256.LoadUnsafe(ref holding, word);
            Vector256<ulong> selects = Vector256.LoadUnsafe(ref of, word) & hold;
            selects.StoreUnsafe(ref into, word);
            Vector256<ulong> includes = Vector256.LoadUnsafe(ref _rules.Includes[0], word) & hold;
            against |= (selects & Vector256.LoadUnsafe(ref _rules.Excludes[0], word)) | (includes & ~selects);
            weighing |= selects & Vector256.LoadUnsafe(ref _rules.Weighs[0], word);
            pinning |= selects & Vector256.LoadUnsafe(ref _rules.Pins[0], word);
        }

        if (!_bought.AreAskedFor) return new Looked(against == default, weighing != default, pinning != default);

        // Some of those rules select it only when the shopper bought it, and then it may be another that decides.
        _bought.Narrow(item, selecting, input);
        return new Looked(RemovedBy(selecting) < 0, true, true);
    }

    private bool IsLeft(int item, in ListInput input)
    {
        Span<ulong> selecting = stackalloc ulong[_rules!.Words];
        return Look(item, selecting, input).IsLeft;
    }

    /// <returns>The rule that keeps an item out; -1 for none.</returns>
    private int RemovedBy(ReadOnlySpan<ulong> selecting)
    {
        for (int word = 0; word < selecting.Length; word++)
        {
            ulong against = (selecting[word] & _rules!.Excludes[word]) | (_holding[word] & _rules.Includes[word] & ~selecting[word]);
            if (against != 0) return (word << 6) + BitOperations.TrailingZeroCount(against);
        }

        return -1;
    }

    /// <summary>Loads what will be asked about the first ranked items.</summary>
    private void Fetch(in ListInput input, int count)
    {
        ReadOnlySpan<int> items = input.Ranked.Ordinals;
        items = items[..Math.Min(items.Length, count)];
        _fetched = _rules!.Fetch(items) | (input.Filter.Fetch(items) ? 1UL : 0);
    }

    private void Gather(in ListInput input, ref Backfill source, RuleTrace? trace)
    {
        if (_anyHold) Fetch(input, input.Ranked.Count);
        for (int i = 0; i < input.Ranked.Count; i++)
            TryAdd(input.Ranked.Ordinals[i], (float)input.Ranked.Scores[i], i + 1, ItemOrigin.Ranked, input, trace);
        if (input.Ranked.Count > 0) return;

        // Popularity falls with the place about as one through it (Zipf), so that is what boosts multiply.
        int seeds = 0;
        while (seeds < Seeds && source.TryNext(input, out int item, out ItemOrigin origin))
        {
            if (TryAdd(item, 0, 0, origin, input, trace)) _entries[_count - 1].Weight = 1f / ++seeds;
        }
    }

    private bool TryAdd(int item, float score, int rank, ItemOrigin origin, in ListInput input, RuleTrace? trace)
    {
        if (!input.Filter.Allows(item) || !_used.Add(item)) return false;
        int words = _rules!.Words;
        if (_count == _entries.Length) Grow(words);
        Span<ulong> selecting = _selecting.AsSpan(_count * words, words);
        float factor = 1;
        if (_anyHold)
        {
            Looked looked = Look(item, selecting, input);
            if (!looked.IsLeft)
            {
                trace?.Removed.Add(new RuleTrace.Removal(item, RemovedBy(selecting), rank, score));
                return false;
            }

            if (looked.IsWeighed) factor = FactorOf(selecting);
            if (looked.IsPinned) _pinnable.Add(_count);
        }
        else
        {
            selecting.Clear();
        }

        _entries[_count++] = new Entry { Item = item, Score = score, Weight = score, Factor = factor, Rank = (short)Math.Min(rank, short.MaxValue), Origin = origin, Reserved = -1, Pin = -1 };
        return true;
    }

    private void Grow(int words)
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        Array.Resize(ref _selecting, Math.Max(_selecting.Length, _entries.Length * words));
    }

    private float FactorOf(ReadOnlySpan<ulong> selecting)
    {
        float factor = 1;
        for (int word = 0; word < selecting.Length; word++)
        {
            ulong weighing = selecting[word] & _rules!.Weighs[word];
            while (weighing != 0)
            {
                factor *= _rules.Factors[(word << 6) + BitOperations.TrailingZeroCount(weighing)];
                weighing &= weighing - 1;
            }
        }

        return Math.Min(factor, MaxFactor);
    }

    private void Sort()
    {
        _isWeighed = false;
        for (int i = 0; i < _count; i++) _isWeighed |= _entries[i].Factor != 1;
        if (!_isWeighed)
        {
            _order.Begin(_count);
            return;
        }

        if (_weighted.Length < _count) _weighted = new float[_entries.Length];
        for (int i = 0; i < _count; i++) _weighted[i] = _entries[i].Weighted;
        _order.Begin(_weighted.AsSpan(0, _count));
    }

    private void PlacePins(in ListInput input, int places, RuleTrace? trace)
    {
        _pins.Clear();
        if (!_anyHold) return;
        int ranked = _count;
        for (int rule = RuleBits.Next(Holding, 0); rule >= 0; rule = RuleBits.Next(Holding, rule + 1))
        {
            if (_rules!.PinRules[rule] is not { } pin || pin.Place >= places) continue;
            int place = FreePlace(pin.Place, places);
            if (place < 0) return;
            int entry = Pinned(rule, pin, place, ranked, input, trace);
            if (entry < 0) continue;
            _caps.Add(_entries[entry].Item, SelectingOf(entry), place, counted: -1);
            _entries[entry].Reserved = (short)place;
            _entries[entry].Pin = (short)rule;
            _entries[entry].OrAbove = pin.OrAbove;
            _pins.Add(new Pin(place, entry));
        }

        _pins.Sort((a, b) => a.Place.CompareTo(b.Place));
    }

    /// <summary>The place itself, else the next below it that is free, else the next above.</summary>
    private int FreePlace(int wanted, int places)
    {
        for (int place = wanted; place < places; place++)
        {
            if (!IsTaken(place)) return place;
        }

        for (int place = wanted - 1; place >= 0; place--)
        {
            if (!IsTaken(place)) return place;
        }

        return -1;
    }

    private bool IsTaken(int place)
    {
        foreach (Pin pin in _pins)
        {
            if (pin.Place == place) return true;
        }

        return false;
    }

    /// <returns>The best of the items that a rule pins; -1 when none of them may stand there.</returns>
    private int Pinned(int rule, PinRule pin, int place, int ranked, in ListInput input, RuleTrace? trace)
    {
        int best = -1;
        foreach (int entry in _pinnable)
        {
            if (entry >= ranked || _entries[entry].Reserved >= 0 || !RuleBits.Has(SelectingOf(entry), rule)) continue;
            if (best >= 0 && !ComesBefore(entry, best)) continue;
            if (_caps.Forbidding(_entries[entry].Item, SelectingOf(entry), place, counted: -1) < 0) best = entry;
        }

        if (best >= 0) return best;
        foreach (int item in pin.Instead)
        {
            if (!TryAdd(item, 0, 0, ItemOrigin.Pin, input, trace)) continue;
            int entry = _count - 1;
            _order.Append(entry);
            if (RuleBits.Has(SelectingOf(entry), rule)
                && _caps.Forbidding(item, SelectingOf(entry), place, counted: -1) < 0) return entry;
        }

        return -1;
    }

    /// <summary>Whether an entry stands before another by itself.</summary>
    private bool ComesBefore(int entry, int other)
    {
        float difference = _isWeighed ? _entries[entry].Weighted - _entries[other].Weighted : 0;
        return difference != 0 ? difference > 0 : entry < other;
    }

    private ReadOnlySpan<ulong> SelectingOf(int entry) => _selecting.AsSpan(entry * _rules!.Words, _rules.Words);

    private int Fill(in ListInput input, ref Backfill source, Span<RankedItem> list, Span<ulong> touched, RuleTrace? trace)
    {
        int words = _rules!.Words;
        int first = 0;
        int nextPin = 0;
        int filled = 0;
        while (filled < list.Length)
        {
            while (nextPin < _pins.Count && _entries[_pins[nextPin].Entry].Taken) nextPin++;
            int entry = nextPin < _pins.Count && _pins[nextPin].Place == filled ? _pins[nextPin].Entry : -1;
            if (entry < 0) entry = Best(filled, ref first);
            while (entry < 0 && source.TryNext(input, out int item, out ItemOrigin origin))
            {
                if (!TryAdd(item, 0, 0, origin, input, trace)) continue;
                _order.Append(_count - 1);
                if (Fits(_count - 1, filled)) entry = _count - 1;
            }

            // Nothing else is left: pins from further down close up.
            if (entry < 0) entry = NextPin(nextPin, filled);
            if (entry < 0) break;
            Place(entry, filled, list, touched.Slice(filled * words, words), trace);
            filled++;
        }

        return filled;
    }

    private int Best(int place, ref int first)
    {
        while (first < _count && !IsFree(_order.At(first))) first++;
        for (int i = first; i < _count; i++)
        {
            int entry = _order.At(i);
            if (IsFree(entry) && Fits(entry, place)) return entry;
        }

        return -1;
    }

    /// <summary>Whether an entry may stand at any place that is its turn: pins to a place may not.</summary>
    private bool IsFree(int entry) => !_entries[entry].Taken && (_entries[entry].Reserved < 0 || _entries[entry].OrAbove);

    private bool Fits(int entry, int place)
    {
        if (!_caps.Any) return true;
        int forbidding = _caps.Forbidding(_entries[entry].Item, SelectingOf(entry), place, _entries[entry].Reserved);
        if (forbidding < 0) return true;

        // Where it stands later, it stands there because of the cap.
        _entries[entry].Delayed = (short)(forbidding + 1);
        return false;
    }

    private int NextPin(int from, int place)
    {
        for (int i = from; i < _pins.Count; i++)
        {
            int entry = _pins[i].Entry;
            if (!_entries[entry].Taken && Fits(entry, place)) return entry;
        }

        return -1;
    }

    private void Place(int index, int place, Span<RankedItem> list, Span<ulong> touched, RuleTrace? trace)
    {
        ref Entry entry = ref _entries[index];
        ReadOnlySpan<ulong> selecting = SelectingOf(index);
        if (_caps.Any) _caps.Add(entry.Item, selecting, place, entry.Reserved);
        entry.Taken = true;
        list[place] = new RankedItem(entry.Item, entry.Score);

        // A pin that may stand above, and does so by itself, did nothing.
        bool pinned = entry.Reserved >= 0 && (!entry.OrAbove || entry.Reserved == place);
        for (int word = 0; word < touched.Length; word++) touched[word] = selecting[word] & (_rules!.Weighs[word] | _rules.Includes[word]);
        if (pinned) RuleBits.Set(touched, entry.Pin);
        if (entry.Delayed > 0) RuleBits.Set(touched, entry.Delayed - 1);
        trace?.Placed.Add(new RuleTrace.Placing(entry.Item, entry.Rank, entry.Score, entry.Factor, pinned ? entry.Pin : -1, entry.Origin));
    }

    private readonly record struct Pin(int Place, int Entry);

    /// <param name="IsLeft">No rule takes the item out.</param>
    /// <param name="IsWeighed">A boost or bury may select it.</param>
    /// <param name="IsPinned">A pin may select it.</param>
    private readonly record struct Looked(bool IsLeft, bool IsWeighed, bool IsPinned);

    /// <summary>An item in the running. Small, so that all of them stay in the nearest cache.</summary>
    private struct Entry
    {
        public int Item;
        public float Score;
        public float Weight;
        public float Factor;
        public short Rank;
        public short Reserved;
        public short Pin;
        public short Delayed;
        public ItemOrigin Origin;
        public bool OrAbove;
        public bool Taken;

        /// <summary>Multiplying a negative score would turn a boost into its opposite.</summary>
        public readonly float Weighted
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => Weight >= 0 ? Weight * Factor : Weight / Math.Max(Factor, 1e-6f);
        }
    }
}
