using System.Globalization;
using RecOps.Serving.Catalog;
using RecOps.Serving.Ranking;
using RecOps.Serving.Rules.Compilation;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;

namespace RecOps.Serving.Rules;

/// <summary>Explains in words why an item is where it is, or why it is missing.</summary>
internal static class RuleExplanation
{
    /// <param name="place">Position in the list, from 0.</param>
    /// <param name="touched">Rules that contributed to it.</param>
    public static ExplainedItem Of(RuleSet rules, ItemCatalog catalog, in RuleTrace.Placing placing, int place, ReadOnlySpan<ulong> touched)
    {
        var effects = new List<RuleEffect>();
        for (int rule = RuleBits.Next(touched, 0); rule >= 0; rule = RuleBits.Next(touched, rule + 1))
            effects.Add(EffectOf(rules.Rules[rule], place + 1));
        bool ranked = placing.Rank > 0;
        return new ExplainedItem(
            catalog.IdOf(placing.Item),
            NameOf(placing.Origin),
            ranked ? placing.Rank : null,
            ranked ? ScoreText.ValueOf(placing.Score) : null,
            placing.Factor,
            [.. effects]
        );
    }

    /// <summary>What a rule does to the items it touches.</summary>
    /// <param name="place">Position of the item, from 1; null if it is not in the list.</param>
    public static RuleEffect EffectOf(Rule rule, int? place = null) => new(rule.Id, rule.Name, rule.Then.Type, WordsOf(rule.Then, place));

    private static string WordsOf(RuleAction then, int? at) =>
        then.Type switch
        {
            RuleType.Exclude => "never shown",
            RuleType.Include => "only these are shown",
            RuleType.Boost or RuleType.Bury => string.Create(CultureInfo.InvariantCulture, $"score \u00d7 {then.Strength:0.##}"),
            RuleType.Pin when then.Position is { } place => at is null || at == place
                ? $"pinned to place {place}"
                : $"pinned to place {place}, moved to {at}",
            RuleType.Pin => at is null || at <= then.AtOrAbove
                ? $"kept at place {then.AtOrAbove} or above"
                : $"kept at place {then.AtOrAbove} or above, moved to {at}",
            _ => $"at most {then.Max}{GroupOf(then.By)}{(then.Within is { } within ? $" in the first {within}" : "")}",
        };

    private static string GroupOf(string? by) => by is null ? " of them" : $" of each {CapRule.AttributeOf(by) ?? by}";

    private static string NameOf(ItemOrigin origin) =>
        origin switch
        {
            ItemOrigin.Ranked => ItemOrigins.Ranked,
            ItemOrigin.Cluster => ItemOrigins.Cluster,
            ItemOrigin.Popular => ItemOrigins.Popular,
            ItemOrigin.Pin => ItemOrigins.Pin,
            _ => ItemOrigins.Bought,
        };
}
