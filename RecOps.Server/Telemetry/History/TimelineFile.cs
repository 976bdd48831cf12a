using System.Text.Json;
using Microsoft.Data.Sqlite;
using RecOps.Server.Storage;

namespace RecOps.Server.Telemetry.History;

/// <summary>
/// Seconds and minutes in a SQLite file of the data directory. An unusable file is moved aside and a new one is started. One caller at a
/// time.
/// </summary>
internal sealed partial class TimelineFile(DataDirectory data, TimeProvider time, ILogger<TimelineFile> logger) : IDisposable
{
    private const string Name = "telemetry.db";

    // Telemetry is not critical: losing the last seconds in a power cut is acceptable.
    private const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = OFF;
        CREATE TABLE IF NOT EXISTS slices (length INTEGER NOT NULL, start INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (length, start)) WITHOUT ROWID;
        """;

    private SqliteConnection? _connection;

    /// <param name="length">Length of the slices, in seconds.</param>
    /// <param name="kept">How many of that length to keep.</param>
    public void Write(int length, int kept, IReadOnlyList<TelemetrySlice> slices)
    {
        if (slices.Count == 0)
            return;
        SqliteConnection connection = Open();
        using SqliteTransaction transaction = connection.BeginTransaction();
        using SqliteCommand insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT OR REPLACE INTO slices (length, start, body) VALUES ($length, $start, $body)";
        insert.Parameters.AddWithValue("$length", length);
        SqliteParameter start = insert.Parameters.Add("$start", SqliteType.Integer);
        SqliteParameter body = insert.Parameters.Add("$body", SqliteType.Blob);
        foreach (TelemetrySlice slice in slices)
        {
            (start.Value, body.Value) = (
                slice.Start.ToUnixTimeSeconds(),
                JsonSerializer.SerializeToUtf8Bytes(slice, SliceJson.Default.TelemetrySlice)
            );
            insert.ExecuteNonQuery();
        }

        using SqliteCommand delete = connection.CreateCommand();
        delete.Transaction = transaction;
        delete.CommandText = "DELETE FROM slices WHERE length = $length AND start < $oldest";
        delete.Parameters.AddWithValue("$length", length);
        delete.Parameters.AddWithValue("$oldest", slices[^1].Start.ToUnixTimeSeconds() - ((long)length * kept));
        delete.ExecuteNonQuery();
        transaction.Commit();
    }

    /// <summary>
    /// Slices of one length since a time, oldest first. Slices of another version of the server that cannot be read are left out.
    /// </summary>
    public List<TelemetrySlice> Read(int length, DateTimeOffset from)
    {
        using SqliteCommand select = Open().CreateCommand();
        select.CommandText = "SELECT body FROM slices WHERE length = $length AND start >= $from ORDER BY start";
        select.Parameters.AddWithValue("$length", length);
        select.Parameters.AddWithValue("$from", from.ToUnixTimeSeconds());
        var slices = new List<TelemetrySlice>();
        using SqliteDataReader reader = select.ExecuteReader();
        while (reader.Read())
        {
            try
            {
                if (
                    JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(0), SliceJson.Default.TelemetrySlice) is { } slice
                    && slice.IsWhole
                )
                    slices.Add(slice);
            }
            catch (Exception error) when (error is JsonException or FormatException)
            {
                // Unreadable rows are simply skipped.
            }
        }

        return slices;
    }

    public void Dispose() => _connection?.Dispose();

    private SqliteConnection Open() => _connection ??= SqliteFile.Open(data.PathOf(Name), Schema, time, LogMovedAside);

    [LoggerMessage(
        2001,
        LogLevel.Warning,
        "The file of past telemetry could not be read ({Reason}). It was moved to {Path}, and a new one was started"
    )]
    private partial void LogMovedAside(string path, string reason);
}
