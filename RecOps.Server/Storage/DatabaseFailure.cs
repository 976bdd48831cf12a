using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace RecOps.Server.Storage;

/// <summary>
/// What an exception says of the database. EF Core and its providers wrap the same failure differently by what they were doing: a lost
/// server is a <see cref="DbUpdateException"/> on saving, an <see cref="InvalidOperationException"/> after a retry strategy gave up, an
/// <see cref="IOException"/> where it broke off in the middle of an answer. Everyone asks here instead of listing them.
/// </summary>
internal static class DatabaseFailure
{
    private const int SqlitePrimaryKey = 1555;
    private const int SqliteUnique = 2067;

    // Busy, locked, out of memory, read-only, I/O error, corrupt, full, cannot open, wrong protocol, refused, not a database.
    private static readonly int[] SqliteUnavailable = [5, 6, 7, 8, 10, 11, 13, 14, 15, 23, 26];

    // Classes of SQLSTATE: connection, authorization, no such database, transaction rollback, resources, operator intervention, system,
    // configuration.
    private static readonly string[] PostgresUnavailable = ["08", "28", "3D", "40", "53", "57", "58", "F0", "XX"];
    private const string PostgresReadOnly = "25006";

    /// <summary>
    /// The database cannot be reached, or takes nothing: the same call may go well later, and nothing is wrong with what was asked.
    /// </summary>
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

    /// <summary>Somebody else changed the same thing at the same moment: a unique value is taken, or a row is not as it was read.</summary>
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
    /// The connection broke off while something was being saved: it may have been, and only the answer was lost. What the database itself
    /// refuses is not saved.
    /// </summary>
    public static bool LeavesOutcomeOpen(Exception error) =>
        !Any(error, static cause => cause is PostgresException or SqliteException)
        && Any(error, static cause => cause is NpgsqlException or TimeoutException or IOException or SocketException);

    /// <summary>Whether it is a database that failed, for those who call more than one.</summary>
    public static bool IsOfDatabase(Exception error) => Any(error, static cause => cause is DbException or DbUpdateException);

    /// <summary>A text holds U+0000, which PostgreSQL does not take: what was asked is wrong.</summary>
    public static bool IsNulCharacter(Exception error) =>
        Any(error, static cause => cause is PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire });

    /// <returns>Why it cannot be used; null where that is not what failed.</returns>
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
