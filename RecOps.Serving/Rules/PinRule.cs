using RecOps.Serving.Catalog;
using RecOps.Serving.Clusters;
using RecOps.Serving.Rules.Compilation;
using RecOps.Shared.Rules;

namespace RecOps.Serving.Rules;

/// <summary>An item's reserved position.</summary>
/// <param name="Place">From 0.</param>
/// <param name="OrAbove">Whether a better position will also do.</param>
/// <param name="Instead">Ordinals of substitutes when no selected item is a candidate: those that the rule names, in its order, else the
/// most popular.</param>
internal sealed record PinRule(int Place, bool OrAbove, int[] Instead)
{
    private const int Kept = 64;

    /// <summary>Builds the pins of a set.</summary>
    public static void AddTo(PinRule?[] pins, RuleSet rules, ItemCatalog catalog, PopularItems popular)
    {
        var instead = new List<int>?[pins.Length];
        int open = 0;
        for (int place = 0; place < pins.Length; place++)
        {
            if (!RuleBits.Has(rules.Pins, place))
                continue;
            instead[place] = [];
            if (rules.Rules[place].Select?.Items is { } ids)
            {
                foreach (string id in ids)
                {
                    if (catalog.TryGetOrdinal(id, out int item))
                        instead[place]!.Add(item);
                }
            }
            else
            {
                open++;
            }
        }

        if (open > 0)
            AddPopular(instead, rules, popular, open);
        for (int place = 0; place < pins.Length; place++)
        {
            RuleAction then = rules.Rules[place].Then;
            if (instead[place] is { } items)
                pins[place] = new PinRule((then.Position ?? then.AtOrAbove ?? 1) - 1, then.Position is null, [.. items]);
        }
    }

    private static void AddPopular(List<int>?[] instead, RuleSet rules, PopularItems popular, int open)
    {
        foreach (int item in popular.Ordinals)
        {
            ReadOnlySpan<ulong> selecting = rules.Selecting(item);
            for (int rule = RuleBits.Next(selecting, 0); rule >= 0 && rule < instead.Length; rule = RuleBits.Next(selecting, rule + 1))
            {
                if (instead[rule] is not { } items || rules.Rules[rule].Select?.Items is not null || items.Count == Kept)
                    continue;
                items.Add(item);
                if (items.Count == Kept && --open == 0)
                    return;
            }
        }
    }
}
