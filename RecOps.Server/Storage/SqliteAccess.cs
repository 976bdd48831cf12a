using Microsoft.Data.Sqlite;

namespace RecOps.Server.Storage;

/// <summary>
/// How the SQLite database is opened. It keeps two files beside it (WAL), which have to be made when it is opened first: where the disk
/// takes nothing, it is opened as one that nobody changes, and can be read.
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
        // Changes that are not in the file itself are in the one beside it, and would not be seen without it. A new database is made.
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
