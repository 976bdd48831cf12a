using Microsoft.Data.Sqlite;

namespace RecOps.Server.Storage;

/// <summary>
/// SQLite files of the data directory that the server can do without: an unusable file is moved aside, and serving continues.
/// </summary>
internal static class SqliteFile
{
    private const int NotADatabase = 26;
    private const int Corrupt = 11;
    private const int DefaultBusySeconds = 30;

    /// <param name="schema">Statements that create what is missing.</param>
    /// <param name="movedAside">Called with the path to which an unusable file was moved, and why.</param>
    /// <param name="busySeconds">How long a statement waits for a file that another process has locked.</param>
    /// <exception cref="SqliteException">Not even a new file can be created.</exception>
    public static SqliteConnection Open(
        string path,
        string schema,
        TimeProvider time,
        Action<string, string> movedAside,
        int busySeconds = DefaultBusySeconds
    )
    {
        try
        {
            return Connect(path, schema, busySeconds);
        }
        catch (SqliteException error) when (IsDamaged(error))
        {
            MoveAside(path, error.Message, time, movedAside);
            return Connect(path, schema, busySeconds);
        }
    }

    /// <summary>Whether the file is not a database, or is damaged.</summary>
    public static bool IsDamaged(SqliteException error) => error.SqliteErrorCode is NotADatabase or Corrupt;

    /// <summary>Moves a damaged file, with SQLite's files beside it, out of the way of the next <see cref="Open"/>.</summary>
    public static void MoveAside(string path, string reason, TimeProvider time, Action<string, string> movedAside)
    {
        string aside = $"{path}.broken-{time.GetUtcNow():yyyyMMddHHmmss}";
        foreach (string part in new[] { "", "-wal", "-shm" })
        {
            if (File.Exists(path + part))
                File.Move(path + part, aside + part, overwrite: true);
        }

        movedAside(aside, reason);
    }

    private static SqliteConnection Connect(string path, string schema, int busySeconds)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Pooling = false,
                DefaultTimeout = busySeconds,
            }.ToString()
        );
        try
        {
            connection.Open();
            using SqliteCommand create = connection.CreateCommand();
            create.CommandText = schema;
            create.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
