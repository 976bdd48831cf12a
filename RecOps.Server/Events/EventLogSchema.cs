using Microsoft.Data.Sqlite;

namespace RecOps.Server.Events;

/// <summary>The tables of the event log.</summary>
internal static class EventLogSchema
{
    /// <summary>
    /// A commit is in the operating system's memory when it returns, so a killed process loses nothing; it reaches the disk at the next
    /// checkpoint. Redis's position is in the same file, since it means nothing without the log.
    /// </summary>
    public const string Statements = """
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS log (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, item TEXT NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL, taken INTEGER NOT NULL,
            key INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS relay (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), log_id TEXT NOT NULL, seq INTEGER NOT NULL);
        """;

    /// <summary>Upgrades an older file: from before events had ids, and from before it held a log.</summary>
    public static void Upgrade(SqliteConnection connection)
    {
        if (Count(connection, "pragma_table_info('log') WHERE name = 'key'") == 0)
        {
            using SqliteCommand add = connection.CreateCommand();
            add.CommandText = "ALTER TABLE log ADD COLUMN key INTEGER NOT NULL DEFAULT 0";
            add.ExecuteNonQuery();
        }

        if (Count(connection, "sqlite_master WHERE type = 'table' AND name = 'events'") == 0)
            return;
        using SqliteTransaction transaction = connection.BeginTransaction();
        using SqliteCommand copy = connection.CreateCommand();
        copy.Transaction = transaction;
        copy.CommandText =
            "INSERT INTO log (user, item, kind, at, taken) SELECT user, item, kind, at, at FROM events ORDER BY at; DROP TABLE events;";
        copy.ExecuteNonQuery();
        transaction.Commit();
    }

    private static long Count(SqliteConnection connection, string what)
    {
        using SqliteCommand count = connection.CreateCommand();
        count.CommandText = $"SELECT COUNT(*) FROM {what}";
        return (long)count.ExecuteScalar()!;
    }
}
