using Microsoft.Data.Sqlite;
using RecOps.Server.Storage;
using RecOps.Serving.Users;

namespace RecOps.Server.Events;

/// <summary>
/// Every event that this server accepted, in a SQLite file of the data directory: an event answered 202 is in it. It restores shopper
/// histories after a restart, and it is the outbox for Redis. A damaged file is moved aside and a new one is started. Safe from any thread;
/// there is one writer at a time, and readers have their own connections.
/// </summary>
internal sealed partial class EventLog(DataDirectory data, TimeProvider time, ILogger<EventLog> logger) : IDisposable
{
    private const string FileName = "events.db";
    private const int NoSuchTable = 1;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Full = 13;

    /// <summary>How long to wait for a file that another process has locked.</summary>
    private const int BusySeconds = 1;

    private readonly Lock _writes = new();
    private SqliteConnection? _connection;
    private SqliteCommand? _insert;
    private long _last;
    private long _relayed;

    /// <summary>Raised after events were appended, on the appending thread.</summary>
    public event Action? Appended;

    /// <summary>
    /// Distinguishes this log from those of other servers and from one that it replaced. Empty until the log has been opened.
    /// </summary>
    public string Id { get; private set; } = "";

    /// <summary>Sequence of the newest event; 0 for none.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Sequence up to which Redis has all events.</summary>
    public long Relayed => Volatile.Read(ref _relayed);

    /// <summary>Appends events, all or none.</summary>
    /// <exception cref="SqliteException">The file cannot be written.</exception>
    /// <exception cref="IOException">The data directory cannot be used.</exception>
    public void Append(IReadOnlyList<StoredEvent> events)
    {
        Write(connection =>
        {
            long taken = time.GetUtcNow().ToUnixTimeMilliseconds();
            using SqliteTransaction transaction = connection.BeginTransaction();
            SqliteCommand insert = _insert ??= NewInsert(connection);
            insert.Transaction = transaction;
            foreach (StoredEvent stored in events)
            {
                insert.Parameters[0].Value = stored.UserId;
                insert.Parameters[1].Value = stored.ItemId;
                insert.Parameters[2].Value = (int)stored.Kind;
                insert.Parameters[3].Value = stored.UnixMilliseconds;
                insert.Parameters[4].Value = taken;
                insert.Parameters[5].Value = stored.Key;
                insert.ExecuteNonQuery();
            }

            transaction.Commit();
            Volatile.Write(ref _last, _last + events.Count);
        });
        Appended?.Invoke();
    }

    /// <summary>Opens the file if it is not open yet.</summary>
    /// <inheritdoc cref="Append" path="/exception"/>
    public void Open() => Write(static _ => { });

    /// <summary>Events in order of arrival. Reading needs no disk space, unless this version never opened the file before.</summary>
    /// <param name="sequence">They start after it.</param>
    /// <inheritdoc cref="Append" path="/exception"/>
    public List<LoggedEvent> ReadAfter(long sequence, int most)
    {
        if (File.Exists(data.PathOf(FileName)))
        {
            try
            {
                return Read(sequence, most);
            }
            catch (SqliteException error) when (error.SqliteErrorCode == NoSuchTable || SqliteFile.IsDamaged(error))
            {
                // From before the file held a log, or damaged: opening it for writing fixes both.
            }
        }

        Open();
        return Read(sequence, most);
    }

    /// <summary>Saves how far Redis has got.</summary>
    /// <inheritdoc cref="Append" path="/exception"/>
    public void MarkRelayed(long sequence) =>
        Write(connection =>
        {
            using SqliteCommand update = connection.CreateCommand();
            update.CommandText = "UPDATE relay SET seq = $seq";
            update.Parameters.AddWithValue("$seq", sequence);
            update.ExecuteNonQuery();
            Volatile.Write(ref _relayed, sequence);
        });

    /// <summary>Deletes the oldest events: those that arrived before a time, and those beyond a size.</summary>
    /// <param name="before">Events that arrived earlier are deleted.</param>
    /// <param name="maxBytes">Beyond this size the oldest events are deleted, whatever their age.</param>
    /// <param name="keepFrom">Sequence from which no event may be deleted to save space.</param>
    /// <param name="most">Most events to delete in one call.</param>
    /// <returns>Bytes that the remaining events take.</returns>
    /// <inheritdoc cref="Append" path="/exception"/>
    public long Trim(DateTimeOffset before, long maxBytes, long keepFrom, int most)
    {
        long bytes = 0;
        Write(connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = """
                DELETE FROM log WHERE seq IN (SELECT seq FROM log ORDER BY seq LIMIT $most)
                    AND seq < COALESCE((SELECT MIN(seq) FROM (SELECT seq, taken FROM log ORDER BY seq LIMIT $most) WHERE taken >= $before), 9223372036854775807);
                """;
            command.Parameters.AddWithValue("$most", most);
            command.Parameters.AddWithValue("$before", before.ToUnixTimeMilliseconds());
            command.ExecuteNonQuery();
            bytes = Bytes(connection);
            if (bytes > maxBytes)
            {
                command.CommandText = "DELETE FROM log WHERE seq < $from AND seq IN (SELECT seq FROM log ORDER BY seq LIMIT $most)";
                command.Parameters.AddWithValue("$from", keepFrom);
                command.ExecuteNonQuery();
                bytes = Bytes(connection);
            }

            command.CommandText = "PRAGMA incremental_vacuum(1000)";
            command.ExecuteNonQuery();
        });
        return bytes;
    }

    public void Dispose()
    {
        Close();
    }

    private List<LoggedEvent> Read(long sequence, int most)
    {
        using var connection = new SqliteConnection(ConnectionString(SqliteOpenMode.ReadOnly));
        connection.Open();
        using SqliteCommand select = connection.CreateCommand();
        select.CommandText = "SELECT seq, user, item, kind, at, key FROM log WHERE seq > $after ORDER BY seq LIMIT $most";
        select.Parameters.AddWithValue("$after", sequence);
        select.Parameters.AddWithValue("$most", most);
        using SqliteDataReader reader = select.ExecuteReader();
        var events = new List<LoggedEvent>();
        while (reader.Read())
        {
            events.Add(
                new LoggedEvent(
                    reader.GetInt64(0),
                    new StoredEvent(
                        reader.GetString(1),
                        reader.GetString(2),
                        (EventKind)reader.GetInt32(3),
                        reader.GetInt64(4),
                        reader.GetInt64(5)
                    )
                )
            );
        }

        return events;
    }

    private static SqliteCommand NewInsert(SqliteConnection connection)
    {
        SqliteCommand insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO log (user, item, kind, at, taken, key) VALUES ($user, $item, $kind, $at, $taken, $key)";
        insert.Parameters.Add("$user", SqliteType.Text);
        insert.Parameters.Add("$item", SqliteType.Text);
        insert.Parameters.Add("$kind", SqliteType.Integer);
        insert.Parameters.Add("$at", SqliteType.Integer);
        insert.Parameters.Add("$taken", SqliteType.Integer);
        insert.Parameters.Add("$key", SqliteType.Integer);
        return insert;
    }

    private static long Bytes(SqliteConnection connection)
    {
        using SqliteCommand size = connection.CreateCommand();
        size.CommandText =
            "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
        return (long)size.ExecuteScalar()!;
    }

    /// <summary>After a failure other than busy or full, the connection may be unusable.</summary>
    private void Write(Action<SqliteConnection> write)
    {
        lock (_writes)
        {
            try
            {
                write(_connection ??= Connect());
            }
            catch (Exception error)
            {
                if (error is not SqliteException { SqliteErrorCode: Busy or Locked or Full })
                    CloseConnection();
                if (error is SqliteException sqlite && SqliteFile.IsDamaged(sqlite))
                    SqliteFile.MoveAside(data.PathOf(FileName), error.Message, time, LogMovedAside);
                throw;
            }
        }
    }

    private SqliteConnection Connect()
    {
        SqliteConnection connection = SqliteFile.Open(data.PathOf(FileName), EventLogSchema.Statements, time, LogMovedAside, BusySeconds);
        try
        {
            EventLogSchema.Upgrade(connection);
            using SqliteCommand read = connection.CreateCommand();
            read.CommandText = """
                INSERT OR IGNORE INTO relay VALUES (1, lower(hex(randomblob(8))), 0);
                SELECT log_id, seq, COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'log'), 0) FROM relay;
                """;
            using SqliteDataReader reader = read.ExecuteReader();
            reader.Read();
            Id = reader.GetString(0);
            Volatile.Write(ref _relayed, reader.GetInt64(1));
            Volatile.Write(ref _last, reader.GetInt64(2));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether the file being written is the one that a reader would find: not one that was since deleted, replaced or overwritten.
    /// </summary>
    public bool IsWhereItWas()
    {
        lock (_writes)
        {
            if (_connection is null)
                return true;
            try
            {
                using var connection = new SqliteConnection(ConnectionString(SqliteOpenMode.ReadOnly));
                connection.Open();
                using SqliteCommand select = connection.CreateCommand();
                select.CommandText = "SELECT log_id, COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'log'), 0) FROM relay";
                using SqliteDataReader reader = select.ExecuteReader();
                return reader.Read() && reader.GetString(0) == Id && reader.GetInt64(1) >= _last;
            }
            catch (SqliteException error) when (error.SqliteErrorCode == NoSuchTable || SqliteFile.IsDamaged(error))
            {
                return false;
            }
            catch (SqliteException)
            {
                // Busy, or no space to read it: inconclusive.
                return File.Exists(data.PathOf(FileName));
            }
        }
    }

    /// <summary>Closes the file; the next call opens whatever is there by then.</summary>
    public void Close()
    {
        lock (_writes)
            CloseConnection();
    }

    private void CloseConnection()
    {
        _insert?.Dispose();
        _connection?.Dispose();
        (_insert, _connection) = (null, null);
    }

    private string ConnectionString(SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = data.PathOf(FileName),
            Mode = mode,
            Pooling = false,
            DefaultTimeout = BusySeconds,
        }.ToString();

    [LoggerMessage(1421, LogLevel.Error, "The event log is unusable ({Reason}). It was moved to {Path}, and a new one was started")]
    private partial void LogMovedAside(string path, string reason);
}
