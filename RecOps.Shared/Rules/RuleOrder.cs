namespace RecOps.Shared.Rules;

/// <summary>The order of precedence of rules: by priority, then the more specific, then by id.</summary>
public sealed class RuleOrder : IComparer<Rule>
{
    public static readonly RuleOrder Instance = new();

    public int Compare(Rule? x, Rule? y)
    {
        int order = y!.Priority.CompareTo(x!.Priority);
        if (order == 0)
            order = SpecificityOf(y).CompareTo(SpecificityOf(x));
        return order != 0 ? order : string.CompareOrdinal(x.Id, y.Id);
    }

    /// <summary>How many conditions a rule has.</summary>
    public static int SpecificityOf(Rule rule)
    {
        RuleCondition when = rule.When ?? new RuleCondition();
        return Count(when.Placements, when.Segments, when.Countries, when.Clusters, when.Schedule) + Of(when.Viewing) + Of(rule.Select);
    }

    private static int Of(RuleSelection? selection) =>
        selection is null
            ? 0
            : Count(selection.Categories, selection.Brands, selection.Items, selection.Price, selection.InStock, selection.BoughtWithinDays)
                + (selection.Attributes?.Count ?? 0);

    private static int Count(params ReadOnlySpan<object?> asked)
    {
        int count = 0;
        foreach (object? one in asked)
            count += one is null ? 0 : 1;
        return count;
    }
}
