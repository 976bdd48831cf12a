using RecOps.Server.Rules.Compilation;

namespace RecOps.Server.Rules;

/// <summary>How many of each group stand in the first places of a list, for the caps that hold.</summary>
internal sealed class CapCounts
{
    private readonly List<(int Rule, CapRule Cap)> _holding = [];
    private readonly List<(int Rule, int Group, int Count)> _counts = [];

    public bool Any => _holding.Count > 0;

    public void Begin(RuleSet rules, ReadOnlySpan<ulong> holding)
    {
        _holding.Clear();
        _counts.Clear();
        for (int rule = RuleBits.Next(holding, 0); rule >= 0; rule = RuleBits.Next(holding, rule + 1))
        {
            if (rules.CapRules[rule] is { } cap) _holding.Add((rule, cap));
        }
    }

    /// <summary>Whether an item may stand at a place.</summary>
    /// <param name="selecting">Rules that select it.</param>
    /// <param name="place">From 0.</param>
    /// <param name="counted">The place that it was counted at already; -1 when it was not.</param>
    /// <returns>The rule that forbids it; -1 for none.</returns>
    public int Forbidding(int item, ReadOnlySpan<ulong> selecting, int place, int counted)
    {
        foreach ((int rule, CapRule cap) in _holding)
        {
            if (!Concerns(rule, cap, selecting, place, counted)) continue;
            int group = cap.GroupOf(item);
            if (group >= 0 && CountOf(rule, group) >= cap.Max) return rule;
        }

        return -1;
    }

    /// <summary>Counts an item that stands at a place, or is to.</summary>
    public void Add(int item, ReadOnlySpan<ulong> selecting, int place, int counted)
    {
        foreach ((int rule, CapRule cap) in _holding)
        {
            if (!Concerns(rule, cap, selecting, place, counted)) continue;
            int group = cap.GroupOf(item);
            if (group < 0) continue;
            int index = _counts.FindIndex(count => count.Rule == rule && count.Group == group);
            if (index < 0) _counts.Add((rule, group, 1));
            else _counts[index] = (rule, group, _counts[index].Count + 1);
        }
    }

    private static bool Concerns(int rule, CapRule cap, ReadOnlySpan<ulong> selecting, int place, int counted) =>
        place < cap.Within && !(counted >= 0 && counted < cap.Within) && RuleBits.Has(selecting, rule);

    private int CountOf(int rule, int group)
    {
        foreach ((int countedRule, int countedGroup, int count) in _counts)
        {
            if (countedRule == rule && countedGroup == group) return count;
        }

        return 0;
    }
}
