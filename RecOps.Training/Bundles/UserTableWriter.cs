using Parquet;
using Parquet.Schema;

namespace RecOps.Training.Bundles;

/// <summary>Streams users.parquet: rows are kept until a row group is full.</summary>
internal sealed class UserTableWriter : IAsyncDisposable
{
    private static readonly string[] Names = ["user_id", "country", "segment"];
    private readonly FileStream _stream;
    private readonly ParquetWriter _writer;
    private readonly DataField[] _fields;
    private readonly CancellationToken _cancellation;
    private readonly List<string>[] _columns = [[], [], []];

    private UserTableWriter(FileStream stream, ParquetWriter writer, DataField[] fields, CancellationToken cancellation)
    {
        _stream = stream;
        _writer = writer;
        _fields = fields;
        _cancellation = cancellation;
    }

    /// <param name="path">Overwritten when it exists.</param>
    public static async Task<UserTableWriter> CreateAsync(string path, CancellationToken cancellation)
    {
        DataField[] fields = [.. Names.Select(name => new DataField(name, typeof(string), isNullable: false))];
        var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18);
        ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream, cancellationToken: cancellation).ConfigureAwait(false);
        return new UserTableWriter(stream, writer, fields, cancellation);
    }

    /// <summary>Empty country or segment means not known.</summary>
    public ValueTask AddAsync(string userId, string country, string segment)
    {
        _columns[0].Add(userId);
        _columns[1].Add(country);
        _columns[2].Add(segment);
        return _columns[0].Count < BundleTables.RowGroupRows ? ValueTask.CompletedTask : new ValueTask(FlushAsync());
    }

    /// <summary>Writes the last rows and the footer; without it the file is not a valid one.</summary>
    public async Task CompleteAsync()
    {
        if (_columns[0].Count > 0) await FlushAsync().ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _stream.FlushAsync(_cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task FlushAsync()
    {
        _cancellation.ThrowIfCancellationRequested();
        using ParquetRowGroupWriter group = _writer.CreateRowGroup();
        for (int i = 0; i < _columns.Length; i++) await group.WriteAsync(_fields[i], _columns[i]).ConfigureAwait(false);
        group.CompleteValidate();
        foreach (List<string> column in _columns) column.Clear();
    }
}
