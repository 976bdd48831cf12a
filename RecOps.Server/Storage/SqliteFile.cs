using Microsoft.Data.Sqlite;

namespace RecOps.Server.Storage;

/// <summary>
/// SQLite files of the data directory that a server can do without: one that cannot be used is moved aside, and the shop goes on.
/// </summary>
internal static class SqliteFile
{
    private const int NotADatabase = 26;
    private const int Corrupt = 11;
    private const int DefaultBusySeconds = 30;

    /// <param name="schema">Statements that make what is not there yet.</param>
    /// <param name="movedAside">Told where a file that cannot be used went, and why.</param>
    /// <param name="busySeconds">How long a statement waits for a file that another process has locked.</param>
    /// <exception cref="SqliteException">Not even a new one can be made.</exception>
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

    /// <summary>Whether what is in the file is no database, or not a whole one.</summary>
    public static bool IsDamaged(SqliteException error) => error.SqliteErrorCode is NotADatabase or Corrupt;

    /// <summary>Puts a damaged file, with what SQLite keeps beside it, where the next <see cref="Open"/> does not find it.</summary>
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
