using System.Collections.Concurrent;
using RecOps.Serving.Catalog;
using RecOps.Shared.Rules;

namespace RecOps.Serving.Rules;

/// <summary>Limits the number of items per group in the first positions of a list.</summary>
internal sealed class CapRule
{
    private const string AttributePrefix = "attribute:";
    private readonly ItemCatalog _catalog;
    private readonly string? _by;
    private readonly ConcurrentDictionary<string, int> _groups = new(StringComparer.Ordinal);

    public CapRule(RuleAction action, ItemCatalog catalog)
    {
        _catalog = catalog;
        _by = action.By;
        Max = action.Max ?? 0;
        Within = action.Within ?? int.MaxValue;
    }

    public int Max { get; }

    /// <summary>Number of positions, from the first on.</summary>
    public int Within { get; }

    /// <summary>Group of an item; -1 when it has no such value and is not counted.</summary>
    public int GroupOf(int item) =>
        _by switch
        {
            null => 0,
            "category" => _catalog.Categories.Has(item) ? _catalog.Categories.CodeOf(item) : -1,
            "brand" => _catalog.Brands.Has(item) ? _catalog.Brands.CodeOf(item) : -1,
            _ => AttributeGroup(_catalog.AttributeOf(item, _by[AttributePrefix.Length..])),
        };

    /// <summary>The attribute's name; null when <paramref name="by"/> is of another kind, or the name ends in white space.</summary>
    public static string? AttributeOf(string by) =>
        by.StartsWith(AttributePrefix, StringComparison.Ordinal)
        && by.Length > AttributePrefix.Length
        && by.AsSpan().Trim().Length == by.Length
            ? by[AttributePrefix.Length..]
            : null;

    private int AttributeGroup(string value) =>
        value.Length == 0 ? -1 : _groups.GetOrAdd(value, static (_, groups) => groups.Count, _groups);
}
