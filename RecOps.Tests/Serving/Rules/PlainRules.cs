using RecOps.Serving.Rules;
using RecOps.Serving.Users;
using RecOps.Shared.Catalog;
using RecOps.Shared.Rules;

namespace RecOps.Tests.Serving.Rules;

/// <summary>The meaning of rules, one item and one rule at a time: the reference for the compiled ones.</summary>
internal sealed class PlainRules(RuleDocument document, Func<int, ItemDetails> describe, Func<string, int> ordinalOf)
{
    /// <summary>Applicable rules, in order of precedence.</summary>
    public Rule[] Holding(RuleContext moment, FreshHistory history) =>
        [
            .. document
                .Rules.Where(rule => rule.Enabled && Holds(rule.When ?? new RuleCondition(), moment, history))
                .OrderByDescending(rule => rule.Priority)
                .ThenByDescending(RuleOrder.SpecificityOf)
                .ThenBy(rule => rule.Id, StringComparer.Ordinal),
        ];

    public bool Selects(Rule rule, int item, FreshHistory history, DateTimeOffset now) => Selects(rule.Select, item, history, now);

    public static string? GroupOf(Rule cap, ItemDetails item) =>
        cap.Then.By switch
        {
            null => "all",
            "category" => item.Category,
            "brand" => item.Brand,
            var by => item.Attributes.GetValueOrDefault(by["attribute:".Length..]),
        }
            is { Length: > 0 } group
            ? group
            : null;

    private bool Holds(RuleCondition when, RuleContext moment, FreshHistory history) =>
        Accepts(when.Placements, moment.Placement)
        && Accepts(when.Countries, moment.Country)
        && Accepts(when.Segments, moment.Segment)
        && (when.Clusters is null || when.Clusters.Contains(moment.Cluster))
        && (
            when.Viewing is null
            || (moment.Viewed >= 0 && Selects(when.Viewing with { BoughtWithinDays = null }, moment.Viewed, history, moment.Now))
        );

    private static bool Accepts(string[]? wanted, string value) =>
        wanted is null || wanted.Contains(value, StringComparer.OrdinalIgnoreCase);

    private bool Selects(RuleSelection? selection, int ordinal, FreshHistory history, DateTimeOffset now)
    {
        if (selection is null)
            return true;
        ItemDetails item = describe(ordinal);
        return (selection.Categories is null || selection.Categories.Contains(item.Category))
            && (selection.Brands is null || selection.Brands.Contains(item.Brand))
            && (selection.Items is null || selection.Items.Any(id => ordinalOf(id) == ordinal))
            && (selection.Price is not { } price || (item.Price is { } of && of >= (price.Min ?? of) && of <= (price.Max ?? of)))
            && (selection.InStock is not { } stock || stock == item.InStock)
            && (selection.Attributes ?? []).All(wanted => wanted.Value.Contains(item.Attributes.GetValueOrDefault(wanted.Key, "")))
            && (
                selection.BoughtWithinDays is not { } days
                || history.Events.Any(e =>
                    e.Kind == EventKind.Purchase && e.Item == ordinal && e.UnixMilliseconds >= now.AddDays(-days).ToUnixTimeMilliseconds()
                )
            );
    }
}
