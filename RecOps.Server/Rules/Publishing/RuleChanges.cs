using RecOps.Shared.Rules;

namespace RecOps.Server.Rules.Publishing;

/// <summary>How many rules differ between two documents.</summary>
internal readonly record struct RuleChanges(int Added, int Changed, int Removed)
{
    public static RuleChanges Between(RuleDocument before, RuleDocument after)
    {
        Dictionary<string, string> old = before.Rules.ToDictionary(rule => rule.Id, RuleJson.Of);
        Dictionary<string, string> now = after.Rules.ToDictionary(rule => rule.Id, RuleJson.Of);
        return new RuleChanges(
            now.Keys.Count(id => !old.ContainsKey(id)),
            now.Count(rule => old.TryGetValue(rule.Key, out string? was) && was != rule.Value),
            old.Keys.Count(id => !now.ContainsKey(id))
        );
    }

    /// <summary>The rules that differ, for the audit log: their state before or after.</summary>
    public static RuleDocument Differing(RuleDocument of, RuleDocument from)
    {
        Dictionary<string, string> others = from.Rules.ToDictionary(rule => rule.Id, RuleJson.Of);
        return new RuleDocument
        {
            Rules = [.. of.Rules.Where(rule => !others.TryGetValue(rule.Id, out string? other) || other != RuleJson.Of(rule))],
        };
    }
}
