using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>A rule that differs between two documents.</summary>
/// <param name="Before">Null when it is new.</param>
/// <param name="After">Null when it is gone.</param>
internal sealed record RuleDifference(Rule? Before, Rule? After)
{
    public Rule Either => After ?? Before!;

    public string Verb =>
        Before is null ? "added"
        : After is null ? "removed"
        : "changed";

    /// <summary>What differs, in words; for a new or removed rule, the rule itself.</summary>
    public IEnumerable<(string What, string Was, string Is)> Details()
    {
        if (Before is null || After is null)
        {
            yield return ("rule", Before is null ? "" : RuleSentence.Of(Before), After is null ? "" : RuleSentence.Of(After));
            yield break;
        }

        if (Before.Name != After.Name)
            yield return ("name", Before.Name, After.Name);
        if (Before.Enabled != After.Enabled)
            yield return ("state", Before.Enabled ? "on" : "off", After.Enabled ? "on" : "off");
        if (Before.Priority != After.Priority)
            yield return ("priority", $"{Before.Priority}", $"{After.Priority}");
        if (Before.Owner != After.Owner)
            yield return ("owner", Before.Owner ?? "none", After.Owner ?? "none");
        string was = RuleSentence.Of(Before);
        string now = RuleSentence.Of(After);
        if (was != now)
            yield return ("rule", was, now);
    }
}

/// <summary>What differs between two documents.</summary>
internal static class RuleDiff
{
    private static readonly string[] Verbs = ["added", "changed", "removed"];

    /// <summary>In the order of the newer document, then the removed rules.</summary>
    public static IReadOnlyList<RuleDifference> Between(RuleDocument before, RuleDocument after)
    {
        Dictionary<string, Rule> old = before.Rules.ToDictionary(rule => rule.Id);
        List<RuleDifference> differences = [];
        foreach (Rule rule in after.Rules)
        {
            if (!old.Remove(rule.Id, out Rule? was))
                differences.Add(new(null, rule));
            else if (!RuleText.Same(was, rule))
                differences.Add(new(was, rule));
        }

        differences.AddRange(old.Values.Select(gone => new RuleDifference(gone, null)));
        return differences;
    }

    /// <summary>"2 added, 1 changed, 1 removed"</summary>
    public static string Summarize(IReadOnlyList<RuleDifference> differences)
    {
        string[] parts =
        [
            .. Verbs
                .Select(verb => (verb, count: differences.Count(difference => difference.Verb == verb)))
                .Where(part => part.count > 0)
                .Select(part => $"{part.count} {part.verb}"),
        ];
        return parts.Length == 0 ? "no changes" : string.Join(", ", parts);
    }
}
