using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Rules.Compilation;

namespace RecOps.Serving.Rules;

/// <summary>
/// Makes the list that is shown from what the model ranked, the same for shoppers and for previews. In order: what may not be shown
/// and what rules exclude goes, only what rules include stays, scores are multiplied by boosts and buries, places are filled from the
/// best down as far as caps allow, pinned items at theirs, and what then is missing comes from what is popular. Pins count towards
/// caps from the beginning, so that a cap holds whatever is pinned: it moves pins below the places that it concerns. Its memory is used
/// again for the next list.
/// </summary>
internal sealed class ListArrangement
{
    /// <summary>Items of a list that no model ranked which boosts may bring to the front.</summary>
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

    /// <summary>Begun before all else.</summary>
    public HoldingRules Rules { get; } = new();

    /// <summary>Items of the last list that came from what the model ranked.</summary>
    public int FromRanked { get; private set; }

    /// <summary>Whether enough of a ranked list may be shown.</summary>
    /// <param name="wanted">How many are enough.</param>
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

    /// <param name="list">Its length is the number of places.</param>
    /// <param name="touched">For each place in turn, one bit for each rule that had a part in the item's standing there.</param>
    /// <returns>How many places were filled.</returns>
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

        // Popularity falls with the place about as one through it (Zipf), so that is what boosts multiply.
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

            // Nothing else is left: pins from further down close up.
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

        // Where it stands later, it stands there because of the cap.
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

        // A pin that may stand above, and does so by itself, did nothing.
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
