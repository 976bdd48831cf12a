using RecOps.Serving.Rules.Compilation;

namespace RecOps.Serving.Rules;

/// <summary>Records what happened to items on the way to a list, for explanations.</summary>
internal sealed class RuleTrace
{
    /// <summary>Candidate items that a rule keeps out of the list.</summary>
    public List<Removal> Removed { get; } = [];

    /// <summary>By place of the list.</summary>
    public List<Placing> Placed { get; } = [];

    /// <summary>Records which cap kept a pin from finding a position.</summary>
    public void NoteUnplaced(Contenders contenders, CapCounts caps, int rule, PinRule pin, int ranked)
    {
        for (int number = 0; number < contenders.Count; number++)
        {
            Contender item = contenders[number];
            ReadOnlySpan<ulong> selecting = contenders.SelectingOf(number);
            if (item.Reserved >= 0 || !RuleBits.Has(selecting, rule) || (number >= ranked && !pin.Instead.Contains(item.Item)))
                continue;
            int cap = caps.Forbidding(item.Item, selecting, pin.Place, counted: -1);
            if (cap < 0 || Removed.Exists(known => known.Item == item.Item))
                continue;
            Removed.Add(new Removal(item.Item, cap, item.Rank, item.Score));
            return;
        }
    }

    /// <summary>Once the list is full, records the caps that held back items without a position.</summary>
    public void NoteHeldBack(Contenders contenders)
    {
        HashSet<int> known = [.. Removed.Select(removal => removal.Item)];
        for (int number = 0; number < contenders.Count; number++)
        {
            Contender item = contenders[number];
            if (!item.Taken && item.Delayed > 0 && known.Add(item.Item))
                Removed.Add(new Removal(item.Item, item.Delayed - 1, item.Rank, item.Score));
        }
    }

    /// <param name="Rule">Index in the set's order.</param>
    /// <param name="Rank">Rank in the model's order, from 1; 0 if the model did not rank it.</param>
    internal readonly record struct Removal(int Item, int Rule, int Rank, float Score);

    /// <param name="Rank">Rank in the model's order, from 1; 0 if the model did not rank it.</param>
    /// <param name="Score">The model's score.</param>
    /// <param name="Factor">The rules' multiplier.</param>
    /// <param name="Pin">Index in the set's order of the pinning rule; -1 for none.</param>
    /// <param name="Origin">Source of the item.</param>
    internal readonly record struct Placing(int Item, int Rank, float Score, float Factor, int Pin, ItemOrigin Origin);
}

/// <summary>Source of an item in a list.</summary>
internal enum ItemOrigin : byte
{
    /// <summary>The model ranked it.</summary>
    Ranked,

    /// <summary>Popular in the shopper's cluster.</summary>
    Cluster,

    /// <summary>Popular overall.</summary>
    Popular,

    /// <summary>Added by a pin.</summary>
    Pin,

    /// <summary>Bought by the shopper, and only such items are shown.</summary>
    Bought,
}
