using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>The order in which rules take precedence, and the priorities that give another order.</summary>
internal static class RuleOrdering
{
    private const int Step = 10;
    private const int Most = 1000;

    public static Rule[] Ordered(RuleDocument document) => [.. document.Rules.Order(RuleOrder.Instance)];

    /// <summary>Moves a rule among the others. As few priorities as possible change.</summary>
    /// <param name="before">Id of the rule that it goes before; null for the end.</param>
    public static RuleDocument Move(RuleDocument document, string id, string? before)
    {
        List<Rule> order = [.. Ordered(document)];
        Rule moved = order.First(rule => rule.Id == id);
        order.Remove(moved);
        int place = before is null ? order.Count : order.FindIndex(rule => rule.Id == before);
        if (place < 0)
            return document;

        order.Insert(place, moved);
        int? above = place == 0 ? null : order[place - 1].Priority;
        int? below = place == order.Count - 1 ? null : order[place + 1].Priority;
        int? between = (above, below) switch
        {
            (null, { } low) when low + Step <= Most => low + Step,
            ({ } high, null) when high - Step >= -Most => high - Step,
            ({ } high, { } low) when high - low >= 2 => low + ((high - low) / 2),
            (null, null) => 0,
            _ => null,
        };
        Dictionary<string, int> priorities = between is { } priority
            ? new() { [id] = priority }
            : order
                .Select(
                    (rule, index) =>
                        (
                            rule.Id,
                            Priority: Math.Min(Most, order.Count * Step / 2)
                                - (index * Math.Max(1, Math.Min(Step, 2 * Most / Math.Max(1, order.Count))))
                        )
                )
                .ToDictionary(pair => pair.Id, pair => Math.Clamp(pair.Priority, -Most, Most));
        return document with
        {
            Rules =
            [
                .. document.Rules.Select(rule => priorities.TryGetValue(rule.Id, out int next) ? rule with { Priority = next } : rule),
            ],
        };
    }

    /// <summary>An id that no rule uses.</summary>
    public static string NewId(RuleDocument document)
    {
        HashSet<string> taken = [.. document.Rules.Select(rule => rule.Id)];
        int number = taken.Count + 1;
        while (taken.Contains($"r-{number}"))
            number++;
        return $"r-{number}";
    }
}
