using ParquetSharp;

namespace RecOps.Training.Bundles;

/// <summary>Streams catalog.parquet: rows are buffered until a row group is full.</summary>
internal sealed class CatalogTableWriter : IDisposable
{
    private readonly ParquetFileWriter _writer;
    private readonly CancellationToken _cancellation;
    private readonly List<string>[] _texts =
    [
        [],
        [],
        [],
        [],
    ];
    private readonly List<string?>[] _attributes;
    private readonly List<double?> _prices = [];
    private readonly List<bool> _stock = [];

    /// <param name="path">Overwritten when it exists.</param>
    /// <param name="attributes">Names of the attribute columns.</param>
    public CatalogTableWriter(string path, IReadOnlyCollection<string> attributes, CancellationToken cancellation)
    {
        Column[] columns =
        [
            new Column<string>("item_id"),
            new Column<string>("title"),
            new Column<string>("category"),
            new Column<string>("brand"),
            new Column<double?>("price"),
            new Column<bool>("in_stock"),
            .. attributes.Select(name => new Column<string>(name)),
        ];
        _writer = new ParquetFileWriter(path, columns);
        _attributes = [.. attributes.Select(_ => new List<string?>())];
        _cancellation = cancellation;
    }

    /// <param name="price">Null when it is not known.</param>
    /// <param name="attributes">In the order of the columns; an empty value is written as null.</param>
    public void Add(
        string itemId,
        string title,
        string category,
        string brand,
        double? price,
        bool inStock,
        params ReadOnlySpan<string> attributes
    )
    {
        _texts[0].Add(itemId);
        _texts[1].Add(title);
        _texts[2].Add(category);
        _texts[3].Add(brand);
        _prices.Add(price);
        _stock.Add(inStock);
        for (int i = 0; i < _attributes.Length; i++)
            _attributes[i].Add(attributes[i].Length == 0 ? null : attributes[i]);
        if (_prices.Count == BundleTables.RowGroupRows)
            Flush();
    }

    /// <summary>Writes the last rows and the footer.</summary>
    public void Complete()
    {
        if (_prices.Count > 0)
            Flush();
        _writer.Close();
    }

    public void Dispose() => _writer.Dispose();

    private void Flush()
    {
        _cancellation.ThrowIfCancellationRequested();
        using RowGroupWriter group = _writer.AppendRowGroup();
        foreach (List<string> texts in _texts)
            BundleTables.WriteColumn(group, texts);
        BundleTables.WriteColumn(group, _prices);
        BundleTables.WriteColumn(group, _stock);
        foreach (List<string?> values in _attributes)
            BundleTables.WriteColumn(group, values);
    }
}
