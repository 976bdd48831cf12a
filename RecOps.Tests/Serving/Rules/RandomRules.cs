using RecOps.Shared.Rules;
using RecOps.Tests.Server;

namespace RecOps.Tests.Serving.Rules;

/// <summary>Valid rules over the test bundle, of every type and with every condition.</summary>
internal static class RandomRules
{
    private static readonly string[] Placements = ["home", "product", "cart"];
    private static readonly string[] Odd = ["r-", "ünï\"q.", "rule_"];

    public static RuleDocument Document(Random random, int count, params string[] types) =>
        new() { Rules = [.. Enumerable.Range(0, count).Select(i => One(random, i, types))] };

    public static Rule One(Random random, int number, params string[] types)
    {
        string type = Pick(random, types.Length > 0 ? types : RuleType.All);
        RuleAction then = Then(random, type);
        return new Rule
        {
            Id = $"{Pick(random, Odd)}{number}",
            Name = $"Rule {number}",
            Enabled = random.Next(8) > 0,
            Priority = random.Next(-2, 3),
            When = random.Next(2) == 0 ? null : When(random),
            Select = then.By is not null && random.Next(2) == 0 ? null : Select(random),
            Then = then,
        };
    }

    private static RuleCondition When(Random random) =>
        new()
        {
            Placements = Maybe(random, () => Some(random, Placements)),
            Countries = Maybe(random, () => Some(random, ["FI", "SE"])),
            Segments = Maybe(random, () => Some(random, ["new", "regular"])),
            Clusters = random.Next(3) == 0 ? [random.Next(TestBundle.Clusters)] : null,
            Viewing = Maybe(random, () => Viewing(random)),
        };

    private static RuleSelection Select(Random random)
    {
        var selection = new RuleSelection
        {
            Categories = Maybe(random, () => Some(random, ["category-0", "category-1", "category-2", "none"])),
            Brands = Maybe(random, () => Some(random, ["brand-0", "brand-1"])),
            Items = Maybe(
                random,
                () => Enumerable.Range(0, random.Next(1, 12)).Select(_ => $"i{random.Next(TestBundle.Items + 3)}").ToArray()
            ),
            Price = Maybe(random, () => new PriceRange { Min = random.Next(2) == 0 ? null : random.Next(30), Max = random.Next(30, 60) }),
            InStock = random.Next(5) == 0 ? random.Next(4) > 0 : null,
            Attributes = Maybe(random, () => new Dictionary<string, string[]> { ["colour"] = ["red", "blue"] }),
            BoughtWithinDays = random.Next(5) == 0 ? random.Next(1, 30) : null,
        };
        return selection == new RuleSelection() ? selection with { Categories = ["category-3"] } : selection;
    }

    private static RuleSelection Viewing(Random random)
    {
        RuleSelection selection = Select(random) with { BoughtWithinDays = null };
        return selection == new RuleSelection() ? new RuleSelection { Brands = ["brand-2"] } : selection;
    }

    private static RuleAction Then(Random random, string type) =>
        type switch
        {
            RuleType.Boost => new RuleAction { Type = type, Strength = 1 + (random.NextDouble() * 3) },
            RuleType.Bury => new RuleAction { Type = type, Strength = random.NextDouble() },
            RuleType.Pin => random.Next(2) == 0
                ? new RuleAction { Type = type, Position = random.Next(1, 16) }
                : new RuleAction { Type = type, AtOrAbove = random.Next(1, 16) },
            RuleType.Cap => new RuleAction
            {
                Type = type,
                Max = random.Next(4),
                By = Pick(random, ["category", "brand", "attribute:colour", null]),
                Within = random.Next(3) == 0 ? null : random.Next(1, 20),
            },
            _ => new RuleAction { Type = type },
        };

    private static T? Maybe<T>(Random random, Func<T> make)
        where T : class => random.Next(3) == 0 ? make() : null;

    private static string[] Some(Random random, string[] of) => [.. of.Where(_ => random.Next(2) == 0).DefaultIfEmpty(of[0])];

    private static T Pick<T>(Random random, T[] of) => of[random.Next(of.Length)];
}
