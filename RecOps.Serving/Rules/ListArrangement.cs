using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Rules.Compilation;

namespace RecOps.Serving.Rules;

/// <summary>
/// Arranges the final list from the model's ranking, identically for shoppers and previews. Its memory is reused.
/// 1. Items that may not be shown and excluded ones are dropped; with includes, only included items stay.
/// 2. Without a ranking, popular items start as candidates with weight 1 ÷ position (Zipf).
/// 3. Scores are multiplied by boosts and buries, and candidates are sorted (<see cref="Contenders"/>).
/// 4. Pins reserve positions, in order of precedence, and count towards caps from the start (<see cref="PinPlaces"/>). Caps thus hold for
/// pinned items too, and move pins below the positions that they cover.
/// 5. Each position takes its pinned item, else the best candidate that caps allow, else a popular item.
/// 6. If nothing else is left, later pins close up.
/// </summary>
internal sealed class ListArrangement
{
    /// <summary>Unranked items that boosts may bring to the front.</summary>
    private const int Seeds = 200;

    private readonly OrdinalSet _used = new();
    private readonly CapCounts _caps = new();
    private readonly Contenders _contenders;
    private readonly PinPlaces _pins;

    public ListArrangement()
    {
        _contenders = new Contenders(Rules, _used);
        _pins = new PinPlaces(Rules, _contenders, _caps);
    }

    /// <summary>Must begin before everything else.</summary>
    public HoldingRules Rules { get; } = new();

    /// <summary>Items of the last list that came from the model's ranking.</summary>
    public int FromRanked { get; private set; }

    /// <summary>Whether enough of a ranked list may be shown.</summary>
    /// <param name="wanted">How many items are enough.</param>
    public bool Covers(in ListInput input, int wanted)
    {
        Rules.BeginList(input, 2 * wanted);
        int left = 0;
        foreach (int item in input.Ranked.Ordinals)
        {
            if (input.Filter.Allows(item) && Rules.Leave(item, input) && ++left == wanted)
                return true;
        }

        return left >= wanted;
    }

    /// <param name="list">Its length is the number of positions.</param>
    /// <param name="touched">For each position, one bit for each rule that contributed to the item's position.</param>
    /// <returns>Number of positions filled.</returns>
    public int Arrange(in ListInput input, Span<RankedItem> list, Span<ulong> touched, RuleTrace? trace = null)
    {
        _used.Clear();
        if (!Rules.Any && trace is null)
            return Plain(input, list, touched);
        Rules.BeginList(input, input.Ranked.Count);
        _contenders.Begin();
        _caps.Begin(Rules.Set, Rules.Any ? Rules.Bits : default);
        var source = new Backfill(Rules);
        Gather(input, ref source, trace);
        FromRanked = input.Ranked.Count == 0 ? 0 : _contenders.Count;
        _contenders.Sort();
        _pins.Begin(input, list.Length, trace);
        int filled = Fill(input, ref source, list, touched, trace);
        trace?.NoteHeldBack(_contenders);
        return filled;
    }

    private int Plain(in ListInput input, Span<RankedItem> list, Span<ulong> touched)
    {
        touched.Clear();
        int filled = 0;
        for (int i = 0; i < input.Ranked.Count && filled < list.Length; i++)
        {
            int item = input.Ranked.Ordinals[i];
            if (input.Filter.Allows(item) && _used.Add(item))
                list[filled++] = new RankedItem(item, (float)input.Ranked.Scores[i]);
        }

        FromRanked = filled;
        filled = Popular(input.ClusterPopular, input.Filter, list, filled);
        return Popular(input.Popular, input.Filter, list, filled);
    }

    private int Popular(ReadOnlySpan<int> items, in ItemFilter filter, Span<RankedItem> list, int filled)
    {
        foreach (int item in items)
        {
            if (filled == list.Length)
                break;
            if (item >= 0 && filter.Allows(item) && _used.Add(item))
                list[filled++] = new RankedItem(item, 0);
        }

        return filled;
    }

    private void Gather(in ListInput input, ref Backfill source, RuleTrace? trace)
    {
        for (int i = 0; i < input.Ranked.Count; i++)
            _contenders.TryAdd(input.Ranked.Ordinals[i], (float)input.Ranked.Scores[i], i + 1, ItemOrigin.Ranked, input, trace);
        if (input.Ranked.Count > 0)
            return;

        // Popularity falls roughly as 1 / position (Zipf), so that is what boosts multiply.
        int seeds = 0;
        while (seeds < Seeds && source.TryNext(input, out int item, out ItemOrigin origin))
        {
            if (_contenders.TryAdd(item, 0, 0, origin, input, trace))
                _contenders[_contenders.Count - 1].Weight = 1f / ++seeds;
        }
    }

    private int Fill(in ListInput input, ref Backfill source, Span<RankedItem> list, Span<ulong> touched, RuleTrace? trace)
    {
        int words = Rules.Set.Words;
        int first = 0;
        int filled = 0;
        while (filled < list.Length)
        {
            int number = _pins.At(filled);
            bool isDue = number >= 0;
            if (number < 0)
                number = Best(filled, ref first);
            while (number < 0 && source.TryNext(input, out int item, out ItemOrigin origin))
            {
                int next = _contenders.TryAppend(item, origin, input, trace) ? _contenders.Count - 1 : _contenders.TryRelease(item, origin);
                if (next >= 0 && Fits(next, filled))
                    number = next;
            }

            // Nothing else is left: later pins close up.
            if (number < 0)
                number = NextPin(filled);
            if (number < 0)
                break;
            Place(number, filled, isDue, list, touched.Slice(filled * words, words), trace);
            filled++;
        }

        return filled;
    }

    private int Best(int place, ref int first)
    {
        while (first < _contenders.InOrderCount && !_contenders[_contenders.InOrder(first)].IsFree)
            first++;
        for (int i = first; i < _contenders.InOrderCount; i++)
        {
            int number = _contenders.InOrder(i);
            if (_contenders[number].IsFree && Fits(number, place))
                return number;
        }

        return -1;
    }

    private bool Fits(int number, int place)
    {
        if (!_caps.Any)
            return true;
        ref Contender item = ref _contenders[number];
        int forbidding = _caps.Forbidding(item.Item, _contenders.SelectingOf(number), place, item.Reserved);
        if (forbidding < 0)
            return true;

        // Wherever it stands later, the cap is the reason.
        item.Delayed = (short)(forbidding + 1);
        return false;
    }

    private int NextPin(int place)
    {
        for (int i = 0; i < _pins.Count; i++)
        {
            int number = _pins.Number(i);
            if (!_contenders[number].Taken && Fits(number, place))
                return number;
        }

        return -1;
    }

    private void Place(int number, int place, bool isDue, Span<RankedItem> list, Span<ulong> touched, RuleTrace? trace)
    {
        ref Contender item = ref _contenders[number];
        ReadOnlySpan<ulong> selecting = _contenders.SelectingOf(number);
        if (_caps.Any)
            _caps.Add(item.Item, selecting, place, item.Reserved);
        item.Taken = true;
        list[place] = new RankedItem(item.Item, item.Score);

        // A pin that allows a better position, which the item reached by itself, did nothing.
        bool pinned = item.Reserved >= 0 && (!item.OrAbove || isDue);
        RuleSet rules = Rules.Set;
        for (int word = 0; word < touched.Length; word++)
            touched[word] = selecting[word] & (rules.Weighs[word] | rules.Includes[word]);
        if (pinned)
            RuleBits.Set(touched, item.Pin);
        if (item.Delayed > 0)
            RuleBits.Set(touched, item.Delayed - 1);
        trace?.Placed.Add(new RuleTrace.Placing(item.Item, item.Rank, item.Score, item.Factor, pinned ? item.Pin : -1, item.Origin));
    }
}
