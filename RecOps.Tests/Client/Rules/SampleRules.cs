using RecOps.Shared.Rules;

namespace RecOps.Tests.Client.Rules;

/// <summary>Rules that differ only where a test needs it.</summary>
internal static class SampleRules
{
    public static Rule Rule(string id, int priority = 0) =>
        new()
        {
            Id = id,
            Name = $"Name of {id}",
            Priority = priority,
            Select = new() { Brands = ["Lumo"] },
            Then = new() { Type = RuleType.Boost, Strength = 2 },
        };

    public static RuleDocument Document(params Rule[] rules) => new() { Rules = rules };

    public static RuleDraftInfo Draft(int revision, params Rule[] rules) => new(Document(rules), revision, "ben", Sample.Noon, 0);
}
