using RecOps.Serving.Rules.Compilation;

namespace RecOps.Serving.Rules;

/// <summary>
/// Positions that pins reserve for items. A pin to a position keeps exactly that one. A pin to "a position or above" only has a last
/// position: others may drive it up, and it stands there only if nothing brought it higher. A position is only reserved if every such pin
/// still has enough free positions up to its last one (Hall's condition for intervals with a common start).
/// </summary>
internal sealed class PinPlaces(HoldingRules rules, Contenders contenders, CapCounts caps)
{
    private readonly List<Kept> _kept = [];
    private int _places;

    /// <summary>
    /// Finds an item and a position for each pin, in order of precedence, and counts it towards caps. The item is the best candidate that
    /// the rule selects, else the first substitute. If another pin has the position, or caps block every item, the next position below is
    /// used, else the next above.
    /// </summary>
    /// <param name="places">Number of positions in the list.</param>
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

        // Those with "or above" in order of their last positions, after fixed pins of the same position.
        _kept.Sort(
            (a, b) =>
                a.Place != b.Place ? a.Place.CompareTo(b.Place)
                : a.OrAbove != b.OrAbove ? a.OrAbove.CompareTo(b.OrAbove)
                : a.Rule.CompareTo(b.Rule)
        );
    }

    /// <summary>
    /// The item that must stand at a position, because it is pinned there or has no other position left; -1 for none. Call with ascending
    /// positions.
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

    /// <summary>A cap that does not cover an item's last position may cover the one above that others drove it to.</summary>
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

    /// <summary>Number of items with a reserved position.</summary>
    public int Count => _kept.Count;

    /// <summary>The item at the <paramref name="index"/>th reserved position, from the top.</summary>
    public int Number(int index) => _kept[index].Number;

    /// <summary>Whether an earlier pin already placed an item that the rule selects high enough.</summary>
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

            // Caps block every item, down to the next position that one of them does not cover.
            if (isFree)
                place = caps.NextBorder(place) - 1;
        }

        // A position above is covered by at least the same caps.
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

    /// <summary>Whether a position can be reserved beside the existing ones, or be the last position of one more.</summary>
    /// <param name="except">An item whose own reservation does not count; -1 for none.</param>
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

    /// <summary>Whether, with one more reservation, all pins that need a position up to a last one still get one.</summary>
    private bool HasRoom(int last, int place, int except)
    {
        // Each kind takes one position up to there: a fixed pin its own, the other any.
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
            // An earlier pin may have added it without using it: what it selects can depend on the shopper.
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
            // If the item is pinned to "a position or above", any position up to there satisfies that pin too.
            if (!item.OrAbove || place > item.Reserved || !CanKeep(place, pin.OrAbove, except: number))
                return false;
        }
        else if (!isFree)
        {
            return false;
        }

        return caps.Forbidding(item.Item, contenders.SelectingOf(number), place, item.Reserved) < 0;
    }

    /// <param name="Place">The last position if <paramref name="OrAbove"/>.</param>
    private readonly record struct Kept(int Place, int Number, int Rule, bool OrAbove);
}
