using Parquet;
using Parquet.Schema;
using RecOps.Shared.Bundles;

namespace RecOps.Server.Models;

/// <summary>Reads whole columns of one Parquet file into arrays. Repeated strings are kept once.</summary>
internal sealed class ParquetTable : IAsyncDisposable
{
    private readonly ParquetReader _reader;
    private readonly string _name;
    private readonly DataField[] _fields;

    private ParquetTable(ParquetReader reader, string name, int rows)
    {
        _reader = reader;
        _name = name;
        _fields = reader.Schema.GetDataFields();
        Rows = rows;
    }

    public int Rows { get; }

    public IEnumerable<string> Columns => _fields.Select(column => column.Name);

    /// <exception cref="BundleException">It is not a Parquet file, or has another number of rows.</exception>
    public static async Task<ParquetTable> OpenAsync(Bundle bundle, string name, int expectedRows, CancellationToken cancellationToken)
    {
        Stream? stream = null;
        ParquetReader reader;
        try
        {
            stream = bundle.OpenRead(name);
            reader = await ParquetReader.CreateAsync(stream, null, leaveStreamOpen: false, cancellationToken);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or ParquetException)
        {
            if (stream is not null) await stream.DisposeAsync();
            throw new BundleException($"{name}: not a Parquet file that can be read: {error.Message}", error);
        }

        long rows = reader.RowGroups.Sum(group => group.RowCount);
        if (rows == expectedRows) return new ParquetTable(reader, name, expectedRows);
        await reader.DisposeAsync();
        throw new BundleException($"{name}: {rows} rows; {BundleFile.Manifest} counts {expectedRows}.");
    }

    public ValueTask DisposeAsync() => _reader.DisposeAsync();

    /// <summary>A column of ids: each present and different from all others.</summary>
    /// <param name="lookup">Row number by id.</param>
    public async Task<string[]> ReadIdsAsync(string column, Dictionary<string, int> lookup, CancellationToken cancellationToken)
    {
        string[] ids = await ReadStringsAsync(column, keepOnce: false, cancellationToken);
        lookup.EnsureCapacity(ids.Length);
        for (int row = 0; row < ids.Length; row++)
        {
            if (ids[row].Length == 0) throw new BundleException($"{_name}: {column} is empty in row {row}.");
            if (!lookup.TryAdd(ids[row], row))
                throw new BundleException($"{_name}: {column} '{ids[row]}' is in rows {lookup[ids[row]]} and {row}; ids must be unique.");
        }

        return ids;
    }

    /// <summary>A column of text; empty where a row has none.</summary>
    public Task<string[]> ReadStringsAsync(string column, CancellationToken cancellationToken) =>
        ReadStringsAsync(column, keepOnce: true, cancellationToken);

    /// <summary>A column of numbers; NaN where a row has none.</summary>
    public async Task<double[]> ReadNumbersAsync(string column, CancellationToken cancellationToken)
    {
        double?[] read = await ReadAsync<double>(column, cancellationToken);
        return Array.ConvertAll(read, value => value ?? double.NaN);
    }

    /// <summary>A column of yes and no.</summary>
    /// <param name="absent">What a row without a value has.</param>
    public async Task<bool[]> ReadFlagsAsync(string column, bool absent, CancellationToken cancellationToken)
    {
        bool?[] read = await ReadAsync<bool>(column, cancellationToken);
        return Array.ConvertAll(read, value => value ?? absent);
    }

    private async Task<string[]> ReadStringsAsync(string column, bool keepOnce, CancellationToken cancellationToken)
    {
        DataField field = Field(column, typeof(string));
        var values = new string?[Rows];
        int row = 0;
        for (int group = 0; group < _reader.RowGroupCount; group++)
        {
            using ParquetRowGroupReader rows = _reader.OpenRowGroupReader(group);
            int count = checked((int)rows.RowCount);
            await rows.ReadAsync(field, values.AsMemory(row, count)!, null, cancellationToken);
            row += count;
        }

        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < values.Length; i++)
        {
            string value = values[i] ?? "";
            if (keepOnce && !seen.TryAdd(value, value)) value = seen[value];
            values[i] = value;
        }

        return values!;
    }

    private async Task<T?[]> ReadAsync<T>(string column, CancellationToken cancellationToken)
        where T : struct
    {
        DataField field = Field(column, typeof(T));
        var values = new T?[Rows];
        T[] dense = field.IsNullable ? [] : new T[Rows];
        int row = 0;
        for (int group = 0; group < _reader.RowGroupCount; group++)
        {
            using ParquetRowGroupReader rows = _reader.OpenRowGroupReader(group);
            int count = checked((int)rows.RowCount);
            if (field.IsNullable) await rows.ReadAsync<T>(field, values.AsMemory(row, count), null, cancellationToken);
            else await rows.ReadAsync<T>(field, dense.AsMemory(row, count), null, cancellationToken);
            row += count;
        }

        for (int i = 0; i < dense.Length; i++) values[i] = dense[i];
        return values;
    }

    private DataField Field(string column, Type type)
    {
        DataField? field = Array.Find(_fields, f => f.Name == column);
        if (field is null) throw new BundleException($"{_name}: column '{column}' is missing; the file has {string.Join(", ", Columns)}.");

        // The library's own type for text is either, by how the schema came about.
        bool fits = field.ClrType == type || (type == typeof(string) && field.ClrType == typeof(ReadOnlyMemory<char>));
        if (!fits) throw new BundleException($"{_name}: column '{column}' holds {field.ClrType.Name}; expected {type.Name}.");
        return field;
    }
}
