using RecOps.Serving.Rules.Compilation;

namespace RecOps.Serving.Rules;

/// <summary>What happened to items on the way to a list, for those who ask why.</summary>
internal sealed class RuleTrace
{
    /// <summary>Items that a rule keeps out of the list although they were in the running.</summary>
    public List<Removal> Removed { get; } = [];

    /// <summary>By place of the list.</summary>
    public List<Placing> Placed { get; } = [];

    /// <summary>A pin found no place for what it pins: says which cap kept it out.</summary>
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

    /// <summary>The list is full: says of what a cap held back, and which found no place afterwards, that it was the cap.</summary>
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

    /// <param name="Rule">Place in the set's order.</param>
    /// <param name="Rank">In the model's order, from 1; 0 when the model did not rank it.</param>
    internal readonly record struct Removal(int Item, int Rule, int Rank, float Score);

    /// <param name="Rank">In the model's order, from 1; 0 when the model did not rank it.</param>
    /// <param name="Score">The model's.</param>
    /// <param name="Factor">What rules multiplied it by.</param>
    /// <param name="Pin">Place in the set's order of the rule that put it there; -1 for none.</param>
    /// <param name="Origin">Where it came from.</param>
    internal readonly record struct Placing(int Item, int Rank, float Score, float Factor, int Pin, ItemOrigin Origin);
}

/// <summary>Where an item of a list came from.</summary>
internal enum ItemOrigin : byte
{
    /// <summary>The model ranked it.</summary>
    Ranked,

    /// <summary>The shopper's cluster likes it.</summary>
    Cluster,

    /// <summary>Everyone likes it.</summary>
    Popular,

    /// <summary>A pin brought it.</summary>
    Pin,

    /// <summary>The shopper has bought it, and only such are shown.</summary>
    Bought,
}
