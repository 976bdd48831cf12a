using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>A rule that two people changed in different ways.</summary>
/// <param name="Mine">Null when it was removed here.</param>
/// <param name="Theirs">Null when it was removed there.</param>
internal sealed record RuleConflict(string Id, Rule? Mine, Rule? Theirs);

/// <summary>Both people's changes merged.</summary>
/// <param name="Document">With their version wherever both changed the same rule.</param>
/// <param name="Conflicts">Rules that the user has to decide.</param>
internal sealed record RuleMerge(RuleDocument Document, IReadOnlyList<RuleConflict> Conflicts)
{
    /// <summary>
    /// Merges changes from a common base, rule by rule: what only one side changed is taken from that side.
    /// </summary>
    public static RuleMerge Of(RuleDocument common, RuleDocument mine, RuleDocument theirs)
    {
        Dictionary<string, Rule> before = common.Rules.ToDictionary(rule => rule.Id);
        Dictionary<string, Rule> here = mine.Rules.ToDictionary(rule => rule.Id);
        Dictionary<string, Rule> there = theirs.Rules.ToDictionary(rule => rule.Id);
        List<Rule> merged = [];
        List<RuleConflict> conflicts = [];
        foreach (
            string id in theirs.Rules.Select(rule => rule.Id).Concat(mine.Rules.Select(rule => rule.Id)).Concat(before.Keys).Distinct()
        )
        {
            Rule? was = before.GetValueOrDefault(id);
            Rule? own = here.GetValueOrDefault(id);
            Rule? other = there.GetValueOrDefault(id);
            bool changedHere = !RuleText.Same(was, own);
            bool changedThere = !RuleText.Same(was, other);
            if (changedHere && changedThere && !RuleText.Same(own, other))
                conflicts.Add(new(id, own, other));
            Rule? taken = changedHere && !changedThere ? own : other;
            if (taken is not null)
                merged.Add(taken);
        }

        return new(new RuleDocument { Rules = [.. merged] }, conflicts);
    }

    /// <summary>The document with the decisions applied.</summary>
    /// <param name="mine">Ids of the rules whose local version is kept.</param>
    public RuleDocument Decide(IReadOnlySet<string> mine)
    {
        List<Rule> rules = [.. Document.Rules];
        foreach (RuleConflict conflict in Conflicts.Where(conflict => mine.Contains(conflict.Id)))
        {
            int index = rules.FindIndex(rule => rule.Id == conflict.Id);
            if (index >= 0 && conflict.Mine is null)
                rules.RemoveAt(index);
            else if (index >= 0)
                rules[index] = conflict.Mine!;
            else if (conflict.Mine is not null)
                rules.Add(conflict.Mine);
        }

        return new RuleDocument { Rules = [.. rules] };
    }
}
