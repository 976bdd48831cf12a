using System.Text;
using ParquetSharp;
using ParquetSharp.Schema;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Parquet;

/// <summary>
/// Reads whole columns of one Parquet file into arrays. Only top-level columns count, not those inside a struct, a list or a map, whatever
/// their name. Anything that the library throws at a foreign file becomes a refusal.
/// </summary>
internal sealed class ParquetTable : IDisposable
{
    private const int BatchRows = 8192;
    private readonly ParquetFileReader _reader;
    private readonly string _name;
    private readonly ParquetColumn[] _columns;
    private readonly string[] _fields;

    private ParquetTable(ParquetFileReader reader, string name, int rows)
    {
        SchemaDescriptor schema = reader.FileMetaData.Schema;
        _reader = reader;
        _name = name;
        _columns = [.. Enumerable.Range(0, schema.NumColumns).Select(i => ParquetColumn.Of(schema.Column(i), i)).OfType<ParquetColumn>()];
        _fields = [.. schema.GroupNode.Fields.Select(NameOf)];
        Rows = rows;
    }

    public int Rows { get; }

    /// <summary>Columns that are marked as text.</summary>
    public IEnumerable<string> TextColumns => _columns.Where(column => column.IsText).Select(column => column.Name);

    /// <exception cref="BundleException">It is not a Parquet file, or has another number of rows.</exception>
    public static ParquetTable Open(Bundle bundle, string name, int expectedRows)
    {
        Stream? stream = null;
        ParquetFileReader reader;
        try
        {
            // Without a buffer, a column of a row group is in memory as a whole, beside its values.
            using ReaderProperties properties = ReaderProperties.GetDefaultReaderProperties();
            properties.EnableBufferedStream();
            properties.BufferSize = 1 << 20;
            stream = bundle.OpenRead(name);
            reader = new ParquetFileReader(stream, properties);
        }
        catch (Exception error) when (IsOfFile(error))
        {
            stream?.Dispose();
            throw new BundleException($"{name}: not a readable Parquet file: {FirstLineOf(error)}", error);
        }

        try
        {
            long rows = reader.FileMetaData.NumRows;
            if (rows != expectedRows)
                throw new BundleException($"{name}: {rows} rows, but {BundleFile.Manifest} has {expectedRows}.");
            return new ParquetTable(reader, name, expectedRows);
        }
        catch (Exception error)
        {
            reader.Dispose();
            if (!IsOfFile(error))
                throw;
            throw new BundleException($"{name}: its schema cannot be read: {FirstLineOf(error)}", error);
        }
    }

    public void Dispose() => _reader.Dispose();

    /// <summary>A column of ids, as text or integers: each present, unique, and usable in a call.</summary>
    /// <param name="mostLetters">Longest id that a call can name.</param>
    /// <param name="lookup">Row number by id.</param>
    public string[] ReadIds(string name, int mostLetters, Dictionary<string, int> lookup, CancellationToken cancellation)
    {
        string[] ids = ReadTexts(name, pool: null, cancellation);
        lookup.EnsureCapacity(ids.Length);
        for (int row = 0; row < ids.Length; row++)
        {
            if (ids[row].Length == 0)
                throw new BundleException($"{_name}: {name} is empty in row {row}.");
            if (ids[row].Length > mostLetters)
                throw new BundleException(
                    $"{_name}: {name} has {ids[row].Length} characters in row {row}; at most {mostLetters} are allowed."
                );
            if (ids[row] is "." or ".." || Ids.HasControl(ids[row]))
                throw new BundleException(
                    $"{_name}: {name} is '.' or '..' or has a control character in row {row}, so no call could name it."
                );
            if (!lookup.TryAdd(ids[row], row))
                throw new BundleException($"{_name}: {name} '{ids[row]}' is in rows {lookup[ids[row]]} and {row}; ids must be unique.");
        }

        return ids;
    }

    /// <summary>A column of text or integers; empty where a row has none. Equal texts share one string.</summary>
    public string[] ReadTexts(string name, CancellationToken cancellation) => ReadTexts(name, new TextPool(), cancellation);

    /// <summary>A column of numbers of any type; NaN where a row has none.</summary>
    public double[] ReadNumbers(string name, CancellationToken cancellation)
    {
        ParquetColumn column = Column(name);
        var values = new double[Rows];
        Array.Fill(values, double.NaN);
        switch (column.Kind)
        {
            case ParquetKind.Nothing:
                break;
            case ParquetKind.Double:
                Read<double>(column, (row, value) => values[row] = value, cancellation);
                break;
            case ParquetKind.Float:
                Read<float>(column, (row, value) => values[row] = ParquetNumbers.Widen(value), cancellation);
                break;
            case ParquetKind.Int32:
                Read<int>(column, (row, value) => values[row] = column.Scaled(value), cancellation);
                break;
            case ParquetKind.Int64:
                Read<long>(column, (row, value) => values[row] = column.Scaled(value), cancellation);
                break;
            case ParquetKind.Half:
                Read<FixedLenByteArray>(
                    column,
                    (row, value) => values[row] = ParquetNumbers.Widen(ParquetNumbers.HalfOf(value)),
                    cancellation
                );
                break;
            case ParquetKind.FixedDecimal:
                Read<FixedLenByteArray>(column, (row, value) => values[row] = column.Scaled(value), cancellation);
                break;
            case ParquetKind.ByteDecimal:
                Read<ByteArray>(column, (row, value) => values[row] = column.Scaled(value), cancellation);
                break;
            default:
                throw Wrong(column, "numbers");
        }

        return values;
    }

    /// <summary>A Boolean column.</summary>
    /// <param name="absent">Value of rows without one.</param>
    public bool[] ReadFlags(string name, bool absent, CancellationToken cancellation)
    {
        ParquetColumn column = Column(name);
        var values = new bool[Rows];
        Array.Fill(values, absent);
        if (column.Kind == ParquetKind.Boolean)
            Read<bool>(column, (row, value) => values[row] = value, cancellation);
        else if (column.Kind != ParquetKind.Nothing && HasValues(column))
            throw Wrong(column, "true or false (BOOLEAN)");
        return values;
    }

    /// <param name="pool">Null to give each text its own string, as with ids.</param>
    private string[] ReadTexts(string name, TextPool? pool, CancellationToken cancellation)
    {
        ParquetColumn column = Column(name);
        var values = new string[Rows];
        Array.Fill(values, "");
        switch (column.Kind)
        {
            case ParquetKind.Nothing:
                break;
            case ParquetKind.Bytes:
                Read<ByteArray>(column, (row, value) => values[row] = ParquetTexts.Decode(value, pool), cancellation);
                break;
            case ParquetKind.Uuid:
                Read<FixedLenByteArray>(column, (row, value) => values[row] = ParquetTexts.UuidOf(value), cancellation);
                break;
            case ParquetKind.Int32 when column.IsWhole:
                Read<int>(column, (row, value) => values[row] = ParquetTexts.Of(column.Whole(value), pool), cancellation);
                break;
            case ParquetKind.Int64 when column.IsWhole:
                Read<long>(column, (row, value) => values[row] = ParquetTexts.Of(column.Whole(value), pool), cancellation);
                break;
            default:
                throw Wrong(column, "text");
        }

        return values;
    }

    /// <param name="set">Called with each row that has a value.</param>
    private void Read<T>(ParquetColumn column, Action<int, T> set, CancellationToken cancellation)
        where T : unmanaged
    {
        int row = 0;
        try
        {
            var values = new T[BatchRows];
            var present = new short[column.IsOptional ? BatchRows : 0];
            for (int group = 0; group < _reader.FileMetaData.NumRowGroups; group++)
            {
                using RowGroupReader rows = _reader.RowGroup(group);
                using var reader = (ColumnReader<T>)rows.Column(column.Index);
                for (long left = rows.MetaData.NumRows; left > 0; )
                {
                    cancellation.ThrowIfCancellationRequested();
                    long read = reader.ReadBatch(Math.Min(left, BatchRows), present, default, values, out long valuesRead);
                    if (read == 0)
                        throw new InvalidDataException($"it ends {left} rows before its row group.");
                    int next = 0;
                    for (int i = 0; i < read; i++, row++)
                    {
                        if (!column.IsOptional || present[i] != 0)
                            set(row, values[next++]);
                    }

                    if (next != valuesRead)
                        throw new InvalidDataException($"it has {valuesRead} values for {next} rows.");
                    left -= read;
                }
            }
        }
        catch (DecoderFallbackException error)
        {
            throw new BundleException($"{_name}: column '{column.Name}' is not UTF-8 in row {row}.", error);
        }
        catch (Exception error) when (IsOfFile(error))
        {
            throw new BundleException($"{_name}: column '{column.Name}' cannot be read after row {row}: {FirstLineOf(error)}", error);
        }
    }

    /// <summary>Programs that do not know the type of a column that is empty in every row pick any.</summary>
    private bool HasValues(ParquetColumn column)
    {
        for (int group = 0; group < _reader.FileMetaData.NumRowGroups; group++)
        {
            using RowGroupReader rows = _reader.RowGroup(group);
            using ColumnChunkMetaData chunk = rows.MetaData.GetColumnChunkMetaData(column.Index);
            using Statistics? known = chunk.Statistics;
            if (known is null || known.NullCount < rows.MetaData.NumRows)
                return true;
        }

        return false;
    }

    private ParquetColumn Column(string name)
    {
        int found = _fields.Count(field => field == name);
        if (found == 0)
            throw new BundleException($"{_name}: column '{name}' is missing; the file has {string.Join(", ", _fields)}.");
        if (found > 1)
            throw new BundleException($"{_name}: column '{name}' appears {found} times.");
        return Array.Find(_columns, column => column.Name == name)
            ?? throw new BundleException($"{_name}: column '{name}' is a list, a map or a struct; expected one value per row.");
    }

    private BundleException Wrong(ParquetColumn column, string expected) =>
        new($"{_name}: column '{column.Name}' holds {column.TypeName}; expected {expected}.");

    private static string NameOf(Node node)
    {
        using (node)
            return node.Name;
    }

    /// <summary>Readers of foreign files throw whatever their code runs into.</summary>
    private static bool IsOfFile(Exception error) => error is not (BundleException or OperationCanceledException or OutOfMemoryException);

    /// <summary>
    /// The library wraps its C++ type and status around the message: N7parquet16ParquetExceptionE (message: 'Invalid: …').
    /// </summary>
    private static string FirstLineOf(Exception error)
    {
        const string Begin = " (message: '";
        const string Status = "Invalid: ";
        string text = error.Message;
        int begin = text.IndexOf(Begin, StringComparison.Ordinal);
        if (begin >= 0)
            text = text[(begin + Begin.Length)..];
        if (text.StartsWith(Status, StringComparison.Ordinal))
            text = text[Status.Length..];
        text = text.Split('\n')[0].Trim();
        return begin >= 0 && text.EndsWith("')", StringComparison.Ordinal) ? text[..^2] : text;
    }
}
