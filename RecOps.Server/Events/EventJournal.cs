using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using RecOps.Server.Storage;

namespace RecOps.Server.Events;

/// <summary>
/// Events in a SQLite file of the data directory, for a server without Redis. A file that cannot be used is moved aside and a new one
/// begun: the shop goes on.
/// </summary>
internal sealed partial class EventJournal(DataDirectory data, IOptions<EventsOptions> options, TimeProvider time, ILogger<EventJournal> logger)
    : IEventLog, IDisposable
{
    private const string Name = "events.db";
    private const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS events (user TEXT NOT NULL, item TEXT NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX IF NOT EXISTS events_at ON events (at);
        """;

    private SqliteConnection? _connection;

    public async Task WriteAsync(IReadOnlyList<StoredEvent> events, int keptPerUser, CancellationToken cancellationToken)
    {
        SqliteConnection connection = Open();
        await using var transaction = (SqliteTransaction)await connection.BeginTransactionAsync(cancellationToken);
        await using SqliteCommand insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT INTO events (user, item, kind, at) VALUES ($user, $item, $kind, $at)";
        SqliteParameter user = insert.Parameters.Add("$user", SqliteType.Text);
        SqliteParameter item = insert.Parameters.Add("$item", SqliteType.Text);
        SqliteParameter kind = insert.Parameters.Add("$kind", SqliteType.Integer);
        SqliteParameter at = insert.Parameters.Add("$at", SqliteType.Integer);
        foreach (StoredEvent stored in events)
        {
            (user.Value, item.Value, kind.Value, at.Value) = (stored.UserId, stored.ItemId, (int)stored.Kind, stored.UnixMilliseconds);
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Reads them, having deleted those that are too old.</summary>
    public IEnumerable<StoredEvent> ReadAll(CancellationToken cancellationToken)
    {
        SqliteConnection connection = Open();
        using (SqliteCommand delete = connection.CreateCommand())
        {
            delete.CommandText = "DELETE FROM events WHERE at < $oldest";
            delete.Parameters.AddWithValue("$oldest", time.GetUtcNow().AddDays(-options.Value.KeepDays).ToUnixTimeMilliseconds());
            delete.ExecuteNonQuery();
        }

        using SqliteCommand select = connection.CreateCommand();
        select.CommandText = "SELECT user, item, kind, at FROM events ORDER BY at";
        using SqliteDataReader reader = select.ExecuteReader();
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new StoredEvent(reader.GetString(0), reader.GetString(1), (EventKind)reader.GetInt32(2), reader.GetInt64(3));
        }
    }

    public void Dispose() => _connection?.Dispose();

    /// <summary>One at a time: the writer and, before it begins, who restores.</summary>
    private SqliteConnection Open() => _connection ??= SqliteFile.Open(data.PathOf(Name), Schema, time, LogMovedAside);

    [LoggerMessage(1421, LogLevel.Error, "The file of recent events cannot be used ({Reason}). It was moved to {Path}; a new one is begun")]
    private partial void LogMovedAside(string path, string reason);
}
