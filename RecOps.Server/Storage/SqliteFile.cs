using Microsoft.Data.Sqlite;

namespace RecOps.Server.Storage;

/// <summary>SQLite files of the data directory that a server can do without: one that cannot be used is moved aside, and the shop goes on.</summary>
internal static class SqliteFile
{
    private const int NotADatabase = 26;
    private const int Corrupt = 11;

    /// <param name="schema">Statements that make what is not there yet.</param>
    /// <param name="movedAside">Told where a file that cannot be used went, and why.</param>
    /// <exception cref="SqliteException">Not even a new one can be made.</exception>
    public static SqliteConnection Open(string path, string schema, TimeProvider time, Action<string, string> movedAside)
    {
        try
        {
            return Connect(path, schema);
        }
        catch (SqliteException error) when (error.SqliteErrorCode is NotADatabase or Corrupt)
        {
            string aside = $"{path}.broken-{time.GetUtcNow():yyyyMMddHHmmss}";
            File.Move(path, aside, overwrite: true);
            movedAside(aside, error.Message);
            return Connect(path, schema);
        }
    }

    private static SqliteConnection Connect(string path, string schema)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
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
