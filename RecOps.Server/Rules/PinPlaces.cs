using RecOps.Server.Rules.Compilation;

namespace RecOps.Server.Rules;

/// <summary>Places of a list that pins keep for items.</summary>
internal sealed class PinPlaces(HoldingRules rules, Contenders contenders, CapCounts caps)
{
    private readonly List<Kept> _kept = [];
    private int _next;

    /// <summary>
    /// Finds an item for each rule that pins, in their order, and counts it towards caps. The best of the items in the running that the rule
    /// selects, else the first of those to take instead; none where caps are in the way of all.
    /// </summary>
    /// <param name="places">Of the list.</param>
    public void Begin(in ListInput input, int places, RuleTrace? trace)
    {
        _kept.Clear();
        _next = 0;
        if (!rules.Any) return;
        int ranked = contenders.Count;
        ReadOnlySpan<ulong> holding = rules.Bits;
        for (int rule = RuleBits.Next(holding, 0); rule >= 0; rule = RuleBits.Next(holding, rule + 1))
        {
            if (rules.Set.PinRules[rule] is not { } pin || pin.Place >= places) continue;
            int place = FreePlace(pin.Place, places);
            if (place < 0) break;
            int number = Choose(rule, pin, place, ranked, input, trace);
            if (number < 0) continue;
            ref Contender chosen = ref contenders[number];
            caps.Add(chosen.Item, contenders.SelectingOf(number), place, counted: -1);
            (chosen.Reserved, chosen.Pin, chosen.OrAbove) = ((short)place, (short)rule, pin.OrAbove);
            _kept.Add(new Kept(place, number));
        }

        _kept.Sort((a, b) => a.Place.CompareTo(b.Place));
    }

    /// <summary>The item that is kept for a place; -1 for none. Places are asked for in turn.</summary>
    public int At(int place)
    {
        while (_next < _kept.Count && contenders[_kept[_next].Number].Taken) _next++;
        return _next < _kept.Count && _kept[_next].Place == place ? _kept[_next].Number : -1;
    }

    /// <summary>How many items were given places.</summary>
    public int Count => _kept.Count;

    /// <summary>The item with the <paramref name="index"/>th of the places that are kept, from the top.</summary>
    public int Number(int index) => _kept[index].Number;

    /// <summary>The place itself, else the next below it that is free, else the next above.</summary>
    private int FreePlace(int wanted, int places)
    {
        for (int place = wanted; place < places; place++)
        {
            if (!IsKept(place)) return place;
        }

        for (int place = wanted - 1; place >= 0; place--)
        {
            if (!IsKept(place)) return place;
        }

        return -1;
    }

    private bool IsKept(int place)
    {
        foreach (Kept kept in _kept)
        {
            if (kept.Place == place) return true;
        }

        return false;
    }

    /// <returns>-1 when none of the items that a rule pins may stand there.</returns>
    private int Choose(int rule, PinRule pin, int place, int ranked, in ListInput input, RuleTrace? trace)
    {
        int best = -1;
        foreach (int number in contenders.Pinnable)
        {
            if (number >= ranked || contenders[number].Reserved >= 0 || !RuleBits.Has(contenders.SelectingOf(number), rule)) continue;
            if (best >= 0 && !contenders.ComesBefore(number, best)) continue;
            if (MayStand(number, place)) best = number;
        }

        if (best >= 0) return best;
        foreach (int item in pin.Instead)
        {
            // A pin before this one may have brought it in and not taken it: what it selects can depend on the shopper.
            int number = contenders.TryAppend(item, ItemOrigin.Pin, input, trace) ? contenders.Count - 1 : AppendedBefore(item, ranked);
            if (number < 0 || contenders[number].Reserved >= 0) continue;
            if (RuleBits.Has(contenders.SelectingOf(number), rule) && MayStand(number, place)) return number;
        }

        return -1;
    }

    /// <returns>-1 when no pin has brought it in.</returns>
    private int AppendedBefore(int item, int ranked)
    {
        for (int number = ranked; number < contenders.Count; number++)
        {
            if (contenders[number].Item == item) return number;
        }

        return -1;
    }

    private bool MayStand(int number, int place) =>
        caps.Forbidding(contenders[number].Item, contenders.SelectingOf(number), place, counted: -1) < 0;

    private readonly record struct Kept(int Place, int Number);
}
