using RecOps.Serving.Rules.Compilation;

namespace RecOps.Serving.Rules;

/// <summary>
/// Places of a list that pins keep for items. A pin to a place keeps that one. A pin to a place or above has a last place only: it may be
/// driven up by others and stands at its last place only where nothing brought it above. So that all of them can, no place is kept that
/// would leave fewer free places up to a last place than there are pins that need one (the condition of Hall for intervals with one begin).
/// </summary>
internal sealed class PinPlaces(HoldingRules rules, Contenders contenders, CapCounts caps)
{
    private readonly List<Kept> _kept = [];
    private int _places;

    /// <summary>
    /// Finds an item and a place for each rule that pins, in their order, and counts it towards caps. The item is the best of those in the
    /// running that the rule selects, else the first of those to take instead. Where another pin has the place, or caps are in the way of
    /// every item, it is the next place below, else the next above.
    /// </summary>
    /// <param name="places">Of the list.</param>
    public void Begin(in ListInput input, int places, RuleTrace? trace)
    {
        _kept.Clear();
        _places = places;
        if (!rules.Any)
            return;
        int ranked = contenders.Count;
        ReadOnlySpan<ulong> holding = rules.Bits;
        for (int rule = RuleBits.Next(holding, 0); rule >= 0; rule = RuleBits.Next(holding, rule + 1))
        {
            if (rules.Set.PinRules[rule] is not { } pin || pin.Place >= places || IsMet(rule, pin))
                continue;
            if (!TryKeep(rule, pin, ranked, input, trace))
                trace?.NoteUnplaced(contenders, caps, rule, pin, ranked);
        }

        // Those to a place or above in the order of their last places, behind what takes one of these.
        _kept.Sort(
            (a, b) =>
                a.Place != b.Place ? a.Place.CompareTo(b.Place)
                : a.OrAbove != b.OrAbove ? a.OrAbove.CompareTo(b.OrAbove)
                : a.Rule.CompareTo(b.Rule)
        );
    }

    /// <summary>
    /// The item that has to stand at a place, because it is pinned there or has no other place left; -1 for none. Places are asked for in
    /// turn.
    /// </summary>
    public int At(int place)
    {
        foreach (Kept kept in _kept)
        {
            if (kept.Place == place && !kept.OrAbove && !contenders[kept.Number].Taken)
                return kept.Number;
        }

        int waiting = 0;
        int taken = 0;
        foreach (Kept kept in _kept)
        {
            if (contenders[kept.Number].Taken)
                continue;
            if (!kept.OrAbove)
                taken += kept.Place > place ? 1 : 0;
            else if (++waiting >= kept.Place - place + 1 - taken)
                return FirstWaiting(place);
        }

        return -1;
    }

    /// <summary>A cap that did not concern the last place of one may concern the one above that others drove it to.</summary>
    private int FirstWaiting(int place)
    {
        foreach (Kept kept in _kept)
        {
            ref Contender item = ref contenders[kept.Number];
            if (!kept.OrAbove || item.Taken)
                continue;
            int forbidding = caps.Forbidding(item.Item, contenders.SelectingOf(kept.Number), place, item.Reserved);
            if (forbidding < 0)
                return kept.Number;
            item.Delayed = (short)(forbidding + 1);
        }

        return -1;
    }

    /// <summary>How many items were given places.</summary>
    public int Count => _kept.Count;

    /// <summary>The item with the <paramref name="index"/>th of the places that are kept, from the top.</summary>
    public int Number(int index) => _kept[index].Number;

    /// <summary>Whether an item that the rule selects stands high enough already, for a pin before it.</summary>
    private bool IsMet(int rule, PinRule pin)
    {
        if (!pin.OrAbove)
            return false;
        foreach (Kept kept in _kept)
        {
            if (kept.Place <= pin.Place && RuleBits.Has(contenders.SelectingOf(kept.Number), rule))
                return true;
        }

        return false;
    }

    private bool TryKeep(int rule, PinRule pin, int ranked, in ListInput input, RuleTrace? trace)
    {
        for (int place = pin.Place; place < _places; place++)
        {
            if (TryKeep(rule, pin, place, ranked, input, trace, out bool isFree))
                return true;

            // Caps are in the way of all, and are so down to the next place that one of them does not concern.
            if (isFree)
                place = caps.NextBorder(place) - 1;
        }

        // A place above is the concern of at least the same caps.
        for (int place = pin.Place - 1; place >= 0 && !pin.OrAbove; place--)
        {
            if (TryKeep(rule, pin, place, ranked, input, trace, out bool isFree))
                return true;
            if (isFree)
                return false;
        }

        return false;
    }

    /// <param name="isFree">Whether no other pin is in the way.</param>
    private bool TryKeep(int rule, PinRule pin, int place, int ranked, in ListInput input, RuleTrace? trace, out bool isFree)
    {
        isFree = CanKeep(place, pin.OrAbove, except: -1);
        int number = Choose(rule, pin, place, isFree, ranked, input, trace);
        if (number < 0)
            return false;
        ref Contender chosen = ref contenders[number];
        ReadOnlySpan<ulong> selecting = contenders.SelectingOf(number);
        int forbidding = place == pin.Place ? -1 : caps.Forbidding(chosen.Item, selecting, pin.Place, chosen.Reserved);
        if (forbidding >= 0)
            chosen.Delayed = (short)(forbidding + 1);
        caps.Add(chosen.Item, selecting, place, chosen.Reserved);
        _kept.RemoveAll(kept => kept.Number == number);
        (chosen.Reserved, chosen.Pin, chosen.OrAbove) = ((short)place, (short)rule, pin.OrAbove);
        _kept.Add(new Kept(place, number, rule, pin.OrAbove));
        return true;
    }

    /// <summary>Whether a place can be kept beside those that are, or be the last place of one more.</summary>
    /// <param name="except">An item whose own claim does not count; -1 for none.</param>
    private bool CanKeep(int place, bool orAbove, int except)
    {
        foreach (Kept kept in _kept)
        {
            if (!orAbove && !kept.OrAbove && kept.Place == place)
                return false;
        }

        if (orAbove && !HasRoom(place, place, except))
            return false;
        foreach (Kept kept in _kept)
        {
            if (kept.OrAbove && kept.Number != except && kept.Place >= place && !HasRoom(kept.Place, place, except))
                return false;
        }

        return true;
    }

    /// <summary>Whether there are places up to a last one for all that need one, were one more kept.</summary>
    private bool HasRoom(int last, int place, int except)
    {
        // Either kind takes one place up to there: a fixed one its own, the other any.
        int needed = place <= last ? 1 : 0;
        foreach (Kept kept in _kept)
        {
            if (kept.Number != except && kept.Place <= last)
                needed++;
        }

        return needed <= last + 1;
    }

    /// <returns>-1 when none of the items that a rule pins may stand there.</returns>
    private int Choose(int rule, PinRule pin, int place, bool isFree, int ranked, in ListInput input, RuleTrace? trace)
    {
        int best = -1;
        foreach (int number in contenders.Pinnable)
        {
            if (number >= ranked || !RuleBits.Has(contenders.SelectingOf(number), rule))
                continue;
            if (best >= 0 && !contenders.ComesBefore(number, best))
                continue;
            if (MayStand(number, pin, place, isFree))
                best = number;
        }

        if (best >= 0)
            return best;
        foreach (int item in pin.Instead)
        {
            // A pin before this one may have brought it in and not taken it: what it selects can depend on the shopper.
            int number = contenders.TryBring(item, input, trace) ? contenders.Count - 1 : contenders.BroughtBefore(item);
            if (number >= 0 && RuleBits.Has(contenders.SelectingOf(number), rule) && MayStand(number, pin, place, isFree))
                return number;
        }

        return -1;
    }

    private bool MayStand(int number, PinRule pin, int place, bool isFree)
    {
        ref Contender item = ref contenders[number];
        if (item.Reserved >= 0)
        {
            // Of an item that is to stand at some place or above, a place up to there is what that pin wants too.
            if (!item.OrAbove || place > item.Reserved || !CanKeep(place, pin.OrAbove, except: number))
                return false;
        }
        else if (!isFree)
        {
            return false;
        }

        return caps.Forbidding(item.Item, contenders.SelectingOf(number), place, item.Reserved) < 0;
    }

    /// <param name="Place">The last one, where <paramref name="OrAbove"/>.</param>
    private readonly record struct Kept(int Place, int Number, int Rule, bool OrAbove);
}
