using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using RecOps.Serving.Parquet;
using RecOps.Shared.Bundles;
using RecOps.Shared.Catalog;

namespace RecOps.Serving.Catalog;

/// <summary>
/// The items of a bundle by column, with later changes applied. Reads take no lock: a price, a flag or a text is replaced in one write and
/// visible to the next request.
/// </summary>
internal sealed class ItemCatalog
{
    /// <summary>The highest price that an item may have.</summary>
    public const decimal MaxPrice = 1_000_000_000_000m;

    private static readonly string[] OwnColumns = ["item_id", "title", "category", "brand", "price", "in_stock"];
    private readonly Dictionary<string, int> _ordinals;
    private readonly string[] _ids;
    private readonly ItemIdText _jsonIds;
    private readonly string[] _titles;
    private readonly double[] _prices;
    private readonly bool[] _inStock;
    private readonly Dictionary<string, string[]> _attributes;

    // Attributes without a column in the bundle: few items have them.
    private readonly ConcurrentDictionary<int, ImmutableDictionary<string, string>> _added = new();
    private readonly Lock _updates = new();
    private readonly Lazy<ItemIndex> _index;

    private ItemCatalog(
        Dictionary<string, int> ordinals,
        string[] ids,
        string[] titles,
        TextColumn categories,
        TextColumn brands,
        double[] prices,
        bool[] inStock,
        Dictionary<string, string[]> attributes
    )
    {
        _ordinals = ordinals;
        _ids = ids;
        _jsonIds = new ItemIdText(ids);
        _titles = titles;
        Categories = categories;
        Brands = brands;
        _prices = prices;
        _inStock = inStock;
        _attributes = attributes;
        _index = new Lazy<ItemIndex>(() => new ItemIndex(Count, TitleOf, IdOf));
    }

    /// <summary>Raised with an ordinal after the item's price, stock or attributes changed, before any other change is made.</summary>
    public event Action<int>? Changed;

    public int Count => _ids.Length;

    public TextColumn Categories { get; }

    public TextColumn Brands { get; }

    /// <summary>Attributes with a column in the bundle.</summary>
    public IReadOnlyCollection<string> AttributeNames => _attributes.Keys;

    /// <summary>Search by title words and ids; built on first use.</summary>
    public ItemIndex Index => _index.Value;

    /// <summary>Distinct values of an attribute, with the number of items that have each.</summary>
    public IEnumerable<(string Value, int Count)> ValuesOf(string attribute) =>
        Enumerable
            .Range(0, Count)
            .Select(item => AttributeOf(item, attribute))
            .Where(value => value.Length > 0)
            .GroupBy(value => value, StringComparer.Ordinal)
            .Select(group => (group.Key, group.Count()));

    /// <summary>By ordinal; the current state.</summary>
    public ReadOnlySpan<bool> InStock => _inStock;

    /// <exception cref="BundleException">The table is unreadable or does not fit the manifest.</exception>
    public static ItemCatalog Read(Bundle bundle, CancellationToken cancellationToken)
    {
        using ParquetTable table = ParquetTable.Open(bundle, BundleFile.Catalog, bundle.Manifest.Counts.Items);
        var ordinals = new Dictionary<string, int>(StringComparer.Ordinal);
        string[] ids = table.ReadIds("item_id", Ids.LongestItem, ordinals, cancellationToken);
        var attributes = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (string column in table.TextColumns.Except(OwnColumns))
            attributes[column] = table.ReadTexts(column, cancellationToken);
        return new ItemCatalog(
            ordinals,
            ids,
            table.ReadTexts("title", cancellationToken),
            new TextColumn(table.ReadTexts("category", cancellationToken)),
            new TextColumn(table.ReadTexts("brand", cancellationToken)),
            VerifyPrices(table.ReadNumbers("price", cancellationToken)),
            table.ReadFlags("in_stock", absent: true, cancellationToken),
            attributes
        );
    }

    /// <summary>Validates prices like those set by a shop; NaN, which some programs write for a missing price, means none.</summary>
    /// <exception cref="BundleException">A price is invalid.</exception>
    private static double[] VerifyPrices(double[] prices)
    {
        int wrong = Array.FindIndex(prices, price => price < 0 || price > (double)MaxPrice);
        return wrong < 0
            ? prices
            : throw new BundleException(
                $"{BundleFile.Catalog}: price is {prices[wrong]} in row {wrong}; it must be 0 to {MaxPrice}, or absent."
            );
    }

    public string IdOf(int ordinal) => _ids[ordinal];

    public string TitleOf(int ordinal) => _titles[ordinal];

    /// <summary>NaN for an item without one.</summary>
    public double PriceOf(int ordinal) => Volatile.Read(ref _prices[ordinal]);

    /// <summary>An attribute of an item; empty if it has none of that name.</summary>
    public string AttributeOf(int ordinal, string name)
    {
        if (_attributes.TryGetValue(name, out string[]? column))
            return Volatile.Read(ref column[ordinal]);
        return _added.TryGetValue(ordinal, out ImmutableDictionary<string, string>? added) ? added.GetValueOrDefault(name, "") : "";
    }

    /// <summary>The id as it appears inside the quotes of a JSON answer.</summary>
    public ReadOnlySpan<byte> JsonIdOf(int ordinal) => _jsonIds[ordinal];

    public bool TryGetOrdinal(string id, out int ordinal) => _ordinals.TryGetValue(id, out ordinal);

    public ItemDetails Describe(int ordinal)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string[] column) in _attributes)
        {
            if (column[ordinal].Length > 0)
                attributes[name] = column[ordinal];
        }

        if (_added.TryGetValue(ordinal, out ImmutableDictionary<string, string>? added))
        {
            foreach ((string name, string value) in added)
                attributes[name] = value;
        }

        double price = Volatile.Read(ref _prices[ordinal]);
        return new ItemDetails(
            _ids[ordinal],
            _titles[ordinal],
            Categories[ordinal],
            Brands[ordinal],
            double.IsNaN(price) ? null : Shortest(price),
            _inStock[ordinal],
            attributes
        );
    }

    /// <summary>With all digits that distinguish it from its neighbours; a cast keeps fifteen.</summary>
    private static decimal Shortest(double price) =>
        decimal.Parse(price.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>Changes one item; null fields stay as they are.</summary>
    /// <param name="attributes">By name; an empty text removes one.</param>
    public void Update(int ordinal, double? price, bool? inStock, Dictionary<string, string>? attributes)
    {
        lock (_updates)
        {
            if (price is { } newPrice)
                Volatile.Write(ref _prices[ordinal], newPrice);
            if (inStock is { } newInStock)
                Volatile.Write(ref _inStock[ordinal], newInStock);
            foreach ((string name, string value) in attributes ?? [])
                SetAttribute(ordinal, name, value);
            Changed?.Invoke(ordinal);
        }
    }

    private void SetAttribute(int ordinal, string name, string value)
    {
        if (_attributes.TryGetValue(name, out string[]? column))
        {
            Volatile.Write(ref column[ordinal], value);
            return;
        }

        ImmutableDictionary<string, string> added = _added.GetValueOrDefault(ordinal, ImmutableDictionary<string, string>.Empty);
        added = value.Length == 0 ? added.Remove(name) : added.SetItem(name, value);
        if (added.IsEmpty)
            _added.TryRemove(ordinal, out _);
        else
            _added[ordinal] = added;
    }
}
