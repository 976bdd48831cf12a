using RecOps.Serving.Catalog;
using RecOps.Shared.Rules;

namespace RecOps.Serving.Rules.Compilation;

/// <summary>
/// Which rules select an item. The selections are inverted: each category, brand, attribute value and id knows its rules, so an item costs
/// a few lookups however many rules there are.
/// </summary>
internal sealed class SelectionTable
{
    private readonly ItemCatalog _catalog;
    private readonly ConditionTable<int> _categories;
    private readonly ConditionTable<int> _brands;
    private readonly ConditionTable<int> _items;
    private readonly Dictionary<string, ConditionTable<string>> _attributes = new(StringComparer.Ordinal);
    private readonly PriceTable _prices;
    private readonly List<(int Rule, bool InStock)> _stock = [];

    /// <param name="selections">By position of the rule; null for rules that select every item.</param>
    public SelectionTable(ItemCatalog catalog, IReadOnlyList<RuleSelection?> selections)
    {
        _catalog = catalog;
        Words = RuleBits.WordsOf(selections.Count);
        _categories = new(Words);
        _brands = new(Words);
        _items = new(Words);
        var prices = new List<(int Rule, double Min, double Max)>();
        for (int rule = 0; rule < selections.Count; rule++)
        {
            if (selections[rule] is not { } selection)
                continue;
            Add(rule, selection);
            if (selection.Price is { } price)
                prices.Add((rule, (double)(price.Min ?? decimal.MinValue), (double)(price.Max ?? decimal.MaxValue)));
        }

        _prices = new PriceTable(prices, Words);
    }

    /// <summary>Words of 64 rules each.</summary>
    public int Words { get; }

    /// <summary>Clears the rules that do not select an item.</summary>
    /// <param name="rules">All bits set initially.</param>
    public void Narrow(int item, Span<ulong> rules)
    {
        _categories.Narrow(_catalog.Categories.CodeOf(item), rules);
        _brands.Narrow(_catalog.Brands.CodeOf(item), rules);
        _items.Narrow(item, rules);
        foreach ((string name, ConditionTable<string> values) in _attributes)
            values.Narrow(_catalog.AttributeOf(item, name), rules);
        _prices.Narrow(_catalog.PriceOf(item), rules);
        if (_stock.Count == 0)
            return;
        bool inStock = _catalog.InStock[item];
        foreach ((int rule, bool wanted) in _stock)
        {
            if (wanted != inStock)
                Clear(rules, rule);
        }
    }

    private static void Clear(Span<ulong> rules, int rule) => rules[rule >> 6] &= ~(1UL << (rule & 63));

    private void Add(int rule, RuleSelection selection)
    {
        if (selection.Categories is { } categories)
            _categories.Add(rule, Codes(_catalog.Categories, categories));
        if (selection.Brands is { } brands)
            _brands.Add(rule, Codes(_catalog.Brands, brands));
        if (selection.Items is { } items)
            _items.Add(rule, Ordinals(items));
        foreach ((string name, string[] values) in selection.Attributes ?? [])
        {
            if (!_attributes.TryGetValue(name, out ConditionTable<string>? table))
                _attributes[name] = table = new(Words, StringComparer.Ordinal);
            table.Add(rule, values);
        }

        if (selection.InStock is { } inStock)
            _stock.Add((rule, inStock));
    }

    private static IEnumerable<int> Codes(TextColumn column, string[] values)
    {
        foreach (string value in values)
        {
            if (column.TryGetCode(value, out int code))
                yield return code;
        }
    }

    private IEnumerable<int> Ordinals(string[] ids)
    {
        foreach (string id in ids)
        {
            if (_catalog.TryGetOrdinal(id, out int ordinal))
                yield return ordinal;
        }
    }
}
