using Microsoft.Data.Sqlite;

namespace RecOps.Server.Storage;

/// <summary>
/// Opens the SQLite database. WAL mode keeps two files beside it, which must be created on opening. Where the disk is not writable, the
/// database is opened as immutable and can be read.
/// </summary>
internal sealed class SqliteAccess(DataDirectory data)
{
    private const int BusySeconds = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private volatile Look? _last;

    public string ConnectionString
    {
        get
        {
            string path = data.PathOf(SqliteDatabase.FileName);
            return CanBeOpened(path) ? Normal(path).ToString() : Unchanging(path).ToString();
        }
    }

    private static SqliteConnectionStringBuilder Normal(string path) => new() { DataSource = path, DefaultTimeout = BusySeconds };

    private static SqliteConnectionStringBuilder Unchanging(string path) =>
        new()
        {
            DataSource = new Uri(path).AbsoluteUri + "?immutable=1",
            Mode = SqliteOpenMode.ReadOnly,
            DefaultTimeout = BusySeconds,
        };

    private bool CanBeOpened(string path)
    {
        // Changes that are still in the WAL would be missed without it. A new database has to be created.
        var beside = new FileInfo(path + "-wal");
        if (beside is { Exists: true, Length: > 0 } || !File.Exists(path))
            return true;
        if (_last is { } last && TimeProvider.System.GetElapsedTime(last.At) < Pause)
            return last.CanBeOpened;
        bool can = TryOpen(path);
        _last = new Look(TimeProvider.System.GetTimestamp(), can);
        return can;
    }

    private static bool TryOpen(string path)
    {
        try
        {
            using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString()
            );
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT COUNT(*) FROM sqlite_master";
            command.ExecuteScalar();
            return true;
        }
        catch (SqliteException error) when (DatabaseFailure.IsUnavailable(error))
        {
            return false;
        }
    }

    private sealed record Look(long At, bool CanBeOpened);
}
