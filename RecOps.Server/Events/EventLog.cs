using Microsoft.Data.Sqlite;
using RecOps.Server.Storage;
using RecOps.Serving.Users;

namespace RecOps.Server.Events;

/// <summary>
/// Every event that this server took, in a SQLite file of the data directory: what is answered 202 is in it. It says what shoppers did
/// after a restart, and it is the outbox from which Redis gets what it has not got yet. A file that is damaged is moved aside and a new one
/// begun. Safe from any thread; one writes at a time, reading has connections of its own.
/// </summary>
internal sealed partial class EventLog(DataDirectory data, TimeProvider time, ILogger<EventLog> logger) : IDisposable
{
    private const string FileName = "events.db";
    private const int NoSuchTable = 1;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Full = 13;

    /// <summary>How long a file that another process has locked is waited for.</summary>
    private const int BusySeconds = 1;

    private readonly Lock _writes = new();
    private SqliteConnection? _connection;
    private SqliteCommand? _insert;
    private long _last;
    private long _relayed;

    /// <summary>Raised after events were appended, on the thread that did.</summary>
    public event Action? Appended;

    /// <summary>Tells this log from those of other servers, and from one that it replaced. Empty until the log has been opened.</summary>
    public string Id { get; private set; } = "";

    /// <summary>Sequence of the newest event; 0 for none.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Sequence up to which Redis has all events.</summary>
    public long Relayed => Volatile.Read(ref _relayed);

    /// <summary>Writes events down, all or none.</summary>
    /// <exception cref="SqliteException">The file takes none.</exception>
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

    /// <summary>Opens the file where it is not open yet.</summary>
    /// <inheritdoc cref="Append" path="/exception"/>
    public void Open() => Write(static _ => { });

    /// <summary>
    /// Events in the order in which they came. Reading needs no room on the disk, unless the file was never opened by this version.
    /// </summary>
    /// <param name="sequence">They begin after it.</param>
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
                // Of before there was a log in it, or damaged: opening it for writing mends both.
            }
        }

        Open();
        return Read(sequence, most);
    }

    /// <summary>Remembers how far Redis has got.</summary>
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

    /// <summary>Forgets the oldest events that came before a time, and those beyond a size.</summary>
    /// <param name="before">Those that came earlier go.</param>
    /// <param name="maxBytes">Beyond it the oldest go, whenever they came.</param>
    /// <param name="keepFrom">Sequence from which none may go for want of room.</param>
    /// <param name="most">Events that may go in one call.</param>
    /// <returns>Bytes that the events still take.</returns>
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

    /// <summary>A connection that failed for another reason than that the file is busy or full may be of no use any more.</summary>
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
    /// Whether the file that is written to is the one that a reader finds: not one that was deleted, replaced or overwritten since.
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
                // Busy, or no room to read it: that says nothing.
                return File.Exists(data.PathOf(FileName));
            }
        }
    }

    /// <summary>Lets go of the file; the next call opens what is there by then.</summary>
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

    [LoggerMessage(1421, LogLevel.Error, "The event log cannot be used ({Reason}). It was moved to {Path}; a new one is begun")]
    private partial void LogMovedAside(string path, string reason);
}
