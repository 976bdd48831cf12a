using Microsoft.Data.Sqlite;

namespace RecOps.Server.Events;

/// <summary>The tables of the event log.</summary>
internal static class EventLogSchema
{
    /// <summary>
    /// A commit is in the system's memory when it returns, so that a process that is killed loses none of it; the disk has it at the next
    /// checkpoint. The place that Redis has got to lies in the same file, since it means nothing without it.
    /// </summary>
    public const string Statements = """
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS log (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, item TEXT NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL, taken INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS relay (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), log_id TEXT NOT NULL, seq INTEGER NOT NULL);
        """;

    /// <summary>Takes over the events of a file from before there was a log in it.</summary>
    public static void Upgrade(SqliteConnection connection)
    {
        using SqliteCommand old = connection.CreateCommand();
        old.CommandText = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'events'";
        if ((long)old.ExecuteScalar()! == 0) return;
        using SqliteTransaction transaction = connection.BeginTransaction();
        using SqliteCommand copy = connection.CreateCommand();
        copy.Transaction = transaction;
        copy.CommandText = "INSERT INTO log (user, item, kind, at, taken) SELECT user, item, kind, at, at FROM events ORDER BY at; DROP TABLE events;";
        copy.ExecuteNonQuery();
        transaction.Commit();
    }
}
