using Parquet;
using Parquet.Schema;

namespace RecOps.Training.Bundles;

/// <summary>Streams catalog.parquet: rows are kept until a row group is full.</summary>
internal sealed class CatalogTableWriter : IAsyncDisposable
{
    private readonly FileStream _stream;
    private readonly ParquetWriter _writer;
    private readonly DataField[] _fields;
    private readonly CancellationToken _cancellation;
    private readonly List<string>[] _texts;
    private readonly List<string?>[] _attributes;
    private readonly List<double?> _prices = [];
    private readonly List<bool> _stock = [];

    private CatalogTableWriter(FileStream stream, ParquetWriter writer, DataField[] fields, int attributes, CancellationToken cancellation)
    {
        _stream = stream;
        _writer = writer;
        _fields = fields;
        _cancellation = cancellation;
        _texts = [[], [], [], []];
        _attributes = new List<string?>[attributes];
        for (int i = 0; i < attributes; i++) _attributes[i] = [];
    }

    /// <param name="path">Overwritten when it exists.</param>
    /// <param name="attributes">Names of the further columns.</param>
    public static async Task<CatalogTableWriter> CreateAsync(string path, IReadOnlyCollection<string> attributes, CancellationToken cancellation)
    {
        DataField[] fields =
        [
            Text("item_id"), Text("title"), Text("category"), Text("brand"), new DataField<double?>("price"), new DataField<bool>("in_stock"),
            .. attributes.Select(name => new DataField(name, typeof(string), isNullable: true)),
        ];
        var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18);
        ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream, cancellationToken: cancellation).ConfigureAwait(false);
        return new CatalogTableWriter(stream, writer, fields, attributes.Count, cancellation);
    }

    /// <param name="price">Null when it is not known.</param>
    /// <param name="attributes">In the order of the columns; empty is written as null.</param>
    public ValueTask AddAsync(string itemId, string title, string category, string brand, double? price, bool inStock, params ReadOnlySpan<string> attributes)
    {
        _texts[0].Add(itemId);
        _texts[1].Add(title);
        _texts[2].Add(category);
        _texts[3].Add(brand);
        _prices.Add(price);
        _stock.Add(inStock);
        for (int i = 0; i < _attributes.Length; i++) _attributes[i].Add(attributes[i].Length == 0 ? null : attributes[i]);
        return _prices.Count < BundleTables.RowGroupRows ? ValueTask.CompletedTask : new ValueTask(FlushAsync());
    }

    /// <summary>Writes the last rows and the footer; without it the file is not a valid one.</summary>
    public async Task CompleteAsync()
    {
        if (_prices.Count > 0) await FlushAsync().ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _stream.FlushAsync(_cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static DataField Text(string name) => new(name, typeof(string), isNullable: false);

    private async Task FlushAsync()
    {
        _cancellation.ThrowIfCancellationRequested();
        using ParquetRowGroupWriter group = _writer.CreateRowGroup();
        for (int i = 0; i < _texts.Length; i++) await group.WriteAsync(_fields[i], _texts[i]).ConfigureAwait(false);
        await group.WriteAsync<double>(_fields[4], _prices.ToArray(), cancellationToken: _cancellation).ConfigureAwait(false);
        await group.WriteAsync<bool>(_fields[5], _stock.ToArray(), cancellationToken: _cancellation).ConfigureAwait(false);
        for (int i = 0; i < _attributes.Length; i++) await group.WriteAsync(_fields[6 + i], _attributes[i]!).ConfigureAwait(false);
        group.CompleteValidate();
        foreach (List<string> texts in _texts) texts.Clear();
        foreach (List<string?> values in _attributes) values.Clear();
        _prices.Clear();
        _stock.Clear();
    }
}
