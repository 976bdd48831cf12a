using Parquet;
using Parquet.Schema;
using RecOps.Shared.Bundles;
using Encoding = Parquet.Meta.Encoding;

namespace RecOps.Server.Models;

/// <summary>
/// Reads whole columns of one Parquet file into arrays. Repeated strings are kept once. Only columns of the table itself count: what lies inside
/// a struct, a list or a map is not a column of it, whatever it is called. Whatever the library throws at a file of another program is a refusal.
/// </summary>
internal sealed class ParquetTable : IAsyncDisposable
{
    /// <summary>Beyond it a number of single precision has no places after the point.</summary>
    private const float MostDigits = 1e7f;

    private readonly ParquetReader _reader;
    private readonly string _name;
    private readonly Field[] _fields;

    private ParquetTable(ParquetReader reader, string name, int rows)
    {
        _reader = reader;
        _name = name;
        _fields = [.. reader.Schema.Fields];
        Rows = rows;
    }

    public int Rows { get; }

    /// <summary>Columns of text.</summary>
    public IEnumerable<string> TextColumns => _fields.OfType<DataField>().Where(IsText).Select(column => column.Name);

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
        catch (Exception error) when (IsOfFile(error))
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

    /// <summary>A column of numbers of any type; NaN where a row has none.</summary>
    public Task<double[]> ReadNumbersAsync(string column, CancellationToken cancellationToken)
    {
        DataField field = Field(column);
        Type type = Nullable.GetUnderlyingType(field.ClrType) ?? field.ClrType;
        if (type == typeof(double)) return ReadAsync<double, double>(field, value => value, double.NaN, cancellationToken);
        if (type == typeof(float)) return ReadAsync<float, double>(field, Widen, double.NaN, cancellationToken);
        if (type == typeof(decimal)) return ReadAsync<decimal, double>(field, value => (double)value, double.NaN, cancellationToken);
        if (type == typeof(int)) return ReadAsync<int, double>(field, value => value, double.NaN, cancellationToken);
        if (type == typeof(long)) return ReadAsync<long, double>(field, value => value, double.NaN, cancellationToken);
        if (type == typeof(short)) return ReadAsync<short, double>(field, value => value, double.NaN, cancellationToken);
        if (type == typeof(ushort)) return ReadAsync<ushort, double>(field, value => value, double.NaN, cancellationToken);
        if (type == typeof(uint)) return ReadAsync<uint, double>(field, value => value, double.NaN, cancellationToken);
        if (type == typeof(byte)) return ReadAsync<byte, double>(field, value => value, double.NaN, cancellationToken);
        throw Wrong(field, "a number");
    }

    /// <summary>The shortest decimal that the number stands for: 19.99 and not 19.989999771118164.</summary>
    private static double Widen(float value) => Math.Abs(value) < MostDigits ? (double)(decimal)value : value;

    /// <summary>A column of yes and no.</summary>
    /// <param name="absent">What a row without a value has.</param>
    public Task<bool[]> ReadFlagsAsync(string column, bool absent, CancellationToken cancellationToken)
    {
        DataField field = Field(column);
        if (field.ClrType != typeof(bool)) throw Wrong(field, "yes or no (BOOLEAN)");
        return ReadAsync<bool, bool>(field, value => value, absent, cancellationToken);
    }

    private async Task<string[]> ReadStringsAsync(string column, bool keepOnce, CancellationToken cancellationToken)
    {
        DataField field = Field(column);
        if (!IsText(field)) throw Wrong(field, "text");
        var values = new string?[Rows];
        await ReadGroupsAsync(field, (rows, row, count) => rows.ReadAsync(field, values.AsMemory(row, count)!, null, cancellationToken));
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < values.Length; i++)
        {
            string value = values[i] ?? "";
            if (keepOnce && !seen.TryAdd(value, value)) value = seen[value];
            values[i] = value;
        }

        return values!;
    }

    private async Task<TValue[]> ReadAsync<T, TValue>(DataField field, Func<T, TValue> convert, TValue absent, CancellationToken cancellationToken)
        where T : struct
    {
        var values = new TValue[Rows];
        await ReadGroupsAsync(field, async (rows, row, count) =>
        {
            if (field.IsNullable)
            {
                var read = new T?[count];
                await rows.ReadAsync<T>(field, read, null, cancellationToken);
                for (int i = 0; i < count; i++) values[row + i] = read[i] is { } value ? convert(value) : absent;
            }
            else
            {
                var read = new T[count];
                await rows.ReadAsync<T>(field, read, null, cancellationToken);
                for (int i = 0; i < count; i++) values[row + i] = convert(read[i]);
            }
        });
        return values;
    }

    /// <param name="readAsync">Given a group, its first row in the table and how many it has.</param>
    private async Task ReadGroupsAsync(DataField field, Func<ParquetRowGroupReader, int, int, ValueTask> readAsync)
    {
        int row = 0;
        for (int group = 0; group < _reader.RowGroupCount; group++)
        {
            try
            {
                using ParquetRowGroupReader rows = _reader.OpenRowGroupReader(group);
                int count = checked((int)rows.RowCount);
                VerifyEncoding(field, rows);
                await readAsync(rows, row, count);
                row += count;
            }
            catch (Exception error) when (IsOfFile(error))
            {
                throw new BundleException($"{_name}: column '{field.Name}' cannot be read: {error.Message}", error);
            }
        }
    }

    /// <summary>Parquet.Net 6.1.0 reads run-length encoded booleans as all false, and says nothing.</summary>
    private void VerifyEncoding(DataField field, ParquetRowGroupReader rows)
    {
        if (field.ClrType != typeof(bool) || rows.GetMetadata(field)?.MetaData?.Encodings is not { } encodings || encodings.Contains(Encoding.PLAIN)) return;
        throw new BundleException(
            $"{_name}: column '{field.Name}' is a BOOLEAN in the encoding {string.Join(", ", encodings)}, which cannot be read here; write it PLAIN, as with version 1 of data pages.");
    }

    private DataField Field(string column)
    {
        Field? field = Array.Find(_fields, f => f.Name == column);
        if (field is null)
            throw new BundleException($"{_name}: column '{column}' is missing; the file has {string.Join(", ", _fields.Select(other => other.Name))}.");
        return field as DataField is { IsArray: false } data
            ? data
            : throw new BundleException($"{_name}: column '{column}' is a list, a map or a struct; expected one value in each row.");
    }

    /// <summary>The library's own type for text is either, by how the schema came about.</summary>
    private static bool IsText(DataField field) => !field.IsArray && (field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>));

    private BundleException Wrong(DataField field, string expected) => new($"{_name}: column '{field.Name}' holds {field.ClrType.Name}; expected {expected}.");

    /// <summary>Readers of other people's files throw whatever their code runs into.</summary>
    private static bool IsOfFile(Exception error) => error is not (BundleException or OperationCanceledException or OutOfMemoryException);
}
