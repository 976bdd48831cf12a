using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace RecOps.Server.Storage;

/// <summary>
/// Classifies exceptions of the database. EF Core and its providers wrap the same failure differently: a lost server is a <see
/// cref="DbUpdateException"/> on saving, an <see cref="InvalidOperationException"/> after a retry strategy gave up, and an <see
/// cref="IOException"/> when it breaks off in the middle of an answer. All callers ask here instead of listing them.
/// </summary>
internal static class DatabaseFailure
{
    private const int SqlitePrimaryKey = 1555;
    private const int SqliteUnique = 2067;

    // Busy, locked, out of memory, read-only, I/O error, corrupt, full, cannot open, wrong protocol, refused, not a database.
    private static readonly int[] SqliteUnavailable = [5, 6, 7, 8, 10, 11, 13, 14, 15, 23, 26];

    // SQLSTATE classes: connection, authorization, no such database, transaction rollback, resources, operator intervention, system,
    // configuration.
    private static readonly string[] PostgresUnavailable = ["08", "28", "3D", "40", "53", "57", "58", "F0", "XX"];
    private const string PostgresReadOnly = "25006";

    /// <summary>The database cannot be reached or written: the same call may succeed later, and the request itself is valid.</summary>
    public static bool IsUnavailable(Exception error) =>
        Any(
            error,
            static cause =>
                cause switch
                {
                    DbUpdateConcurrencyException => false,
                    PostgresException { SqlState: PostgresReadOnly } => true,
                    PostgresException postgres => Array.Exists(
                        PostgresUnavailable,
                        start => postgres.SqlState.StartsWith(start, StringComparison.Ordinal)
                    ),
                    SqliteException sqlite => Array.IndexOf(SqliteUnavailable, sqlite.SqliteErrorCode) >= 0,
                    DbException or TimeoutException or IOException or SocketException => true,
                    _ => false,
                }
        );

    /// <summary>A concurrent change: a unique value is taken, or a row is no longer as it was read.</summary>
    public static bool IsCollision(Exception error) =>
        Any(
            error,
            static cause =>
                cause switch
                {
                    DbUpdateConcurrencyException => true,
                    PostgresException postgres => postgres.SqlState == PostgresErrorCodes.UniqueViolation,
                    SqliteException sqlite => sqlite.SqliteExtendedErrorCode is SqliteUnique or SqlitePrimaryKey,
                    _ => false,
                }
        );

    /// <summary>
    /// The connection was lost during a save: it may have succeeded, and only the answer was lost. What the database itself refuses was not
    /// saved.
    /// </summary>
    public static bool LeavesOutcomeOpen(Exception error) =>
        !Any(error, static cause => cause is PostgresException or SqliteException)
        && Any(error, static cause => cause is NpgsqlException or TimeoutException or IOException or SocketException);

    /// <summary>Whether it is a database that failed, for callers that use more than one service.</summary>
    public static bool IsOfDatabase(Exception error) => Any(error, static cause => cause is DbException or DbUpdateException);

    /// <summary>A text contains U+0000, which PostgreSQL refuses: the request is invalid.</summary>
    public static bool IsNulCharacter(Exception error) =>
        Any(error, static cause => cause is PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire });

    /// <returns>Why the database cannot be used; null for other failures.</returns>
    public static string? ReasonToWait(Exception error) => IsUnavailable(error) ? ReasonOf(error) : null;

    /// <summary>The failure in one line, for people.</summary>
    public static string ReasonOf(Exception error) => error.GetBaseException().Message.Split('\n')[0].TrimEnd('\r');

    private static bool Any(Exception? error, Func<Exception, bool> isIt)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (isIt(error))
                return true;
        }

        return false;
    }
}
