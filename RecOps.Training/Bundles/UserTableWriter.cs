using ParquetSharp;

namespace RecOps.Training.Bundles;

/// <summary>Streams users.parquet: rows are buffered until a row group is full.</summary>
/// <param name="path">Overwritten when it exists.</param>
internal sealed class UserTableWriter(string path, CancellationToken cancellation) : IDisposable
{
    private readonly ParquetFileWriter _writer = new(
        path,
        [new Column<string>("user_id"), new Column<string>("country"), new Column<string>("segment")]
    );
    private readonly List<string>[] _columns =
    [
        [],
        [],
        [],
    ];

    /// <summary>An empty country or segment means unknown.</summary>
    public void Add(string userId, string country, string segment)
    {
        _columns[0].Add(userId);
        _columns[1].Add(country);
        _columns[2].Add(segment);
        if (_columns[0].Count == BundleTables.RowGroupRows)
            Flush();
    }

    /// <summary>Writes the last rows and the footer.</summary>
    public void Complete()
    {
        if (_columns[0].Count > 0)
            Flush();
        _writer.Close();
    }

    public void Dispose() => _writer.Dispose();

    private void Flush()
    {
        cancellation.ThrowIfCancellationRequested();
        using RowGroupWriter group = _writer.AppendRowGroup();
        foreach (List<string> column in _columns)
            BundleTables.WriteColumn(group, column);
    }
}
