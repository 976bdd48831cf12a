using System.Numerics;

namespace RecOps.Serving.Rules;

/// <summary>Counts items per group in the first positions of a list, for the applicable caps.</summary>
internal sealed class CapCounts
{
    /// <summary>By hash of rule and group, open addressing with linear probing; slots of an older list count as empty.</summary>
    private Slot[] _slots = new Slot[128];
    private int _used;
    private int _list;
    private RuleSet? _rules;

    // How far down the applicable caps reach.
    private readonly List<int> _borders = [];

    public bool Any { get; private set; }

    public void Begin(RuleSet rules, ReadOnlySpan<ulong> holding)
    {
        _rules = rules;
        _list++;
        _used = 0;
        Any = false;
        _borders.Clear();
        for (int word = 0; word < holding.Length; word++)
        {
            for (ulong caps = holding[word] & rules.Caps[word]; caps != 0; caps &= caps - 1)
            {
                Any = true;
                int within = rules.CapRules[(word << 6) + BitOperations.TrailingZeroCount(caps)]!.Within;
                if (!_borders.Contains(within))
                    _borders.Add(within);
            }
        }
    }

    /// <summary>The first position below a given one that fewer caps cover, from 0.</summary>
    public int NextBorder(int place)
    {
        int next = int.MaxValue;
        foreach (int border in _borders)
        {
            if (border > place && border < next)
                next = border;
        }

        return next;
    }

    /// <summary>Whether an item may stand at a position.</summary>
    /// <param name="selecting">Applicable rules that select it.</param>
    /// <param name="place">From 0.</param>
    /// <param name="counted">The position at which it is already counted; -1 for none.</param>
    /// <returns>The rule that forbids it; -1 for none.</returns>
    public int Forbidding(int item, ReadOnlySpan<ulong> selecting, int place, int counted)
    {
        for (int word = 0; word < selecting.Length; word++)
        {
            for (ulong caps = selecting[word] & _rules!.Caps[word]; caps != 0; caps &= caps - 1)
            {
                int rule = (word << 6) + BitOperations.TrailingZeroCount(caps);
                CapRule cap = _rules.CapRules[rule]!;
                if (!Concerns(cap, place, counted))
                    continue;
                int group = cap.GroupOf(item);
                if (group < 0)
                    continue;
                Slot slot = _slots[Find(rule, group)];
                if ((slot.List == _list ? slot.Count : 0) >= cap.Max)
                    return rule;
            }
        }

        return -1;
    }

    /// <summary>Counts an item that stands at a position, or will.</summary>
    public void Add(int item, ReadOnlySpan<ulong> selecting, int place, int counted)
    {
        for (int word = 0; word < selecting.Length; word++)
        {
            for (ulong caps = selecting[word] & _rules!.Caps[word]; caps != 0; caps &= caps - 1)
            {
                int rule = (word << 6) + BitOperations.TrailingZeroCount(caps);
                CapRule cap = _rules.CapRules[rule]!;
                int group = Concerns(cap, place, counted) ? cap.GroupOf(item) : -1;
                if (group < 0)
                    continue;
                ref Slot slot = ref _slots[Find(rule, group)];
                if (slot.List == _list)
                {
                    slot.Count++;
                    continue;
                }

                slot = new Slot
                {
                    List = _list,
                    Rule = rule,
                    Group = group,
                    Count = 1,
                };
                if (++_used * 2 > _slots.Length)
                    Grow();
            }
        }
    }

    private static bool Concerns(CapRule cap, int place, int counted) => place < cap.Within && !(counted >= 0 && counted < cap.Within);

    /// <returns>The slot of a group, or the empty one where it belongs.</returns>
    private int Find(int rule, int group)
    {
        int mask = _slots.Length - 1;
        int slot = (int)((((uint)rule * 2654435769u) ^ ((uint)group * 2246822519u)) >> 8) & mask;
        while (_slots[slot].List == _list && (_slots[slot].Rule != rule || _slots[slot].Group != group))
            slot = (slot + 1) & mask;
        return slot;
    }

    private void Grow()
    {
        Slot[] old = _slots;
        _slots = new Slot[old.Length * 2];
        foreach (Slot slot in old)
        {
            if (slot.List == _list)
                _slots[Find(slot.Rule, slot.Group)] = slot;
        }
    }

    private struct Slot
    {
        /// <summary>The list that it was counted for.</summary>
        public int List;
        public int Rule;
        public int Group;
        public int Count;
    }
}
