using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Storage;

namespace RecOps.Tests.Server.Storage;

/// <summary>Makes the server's SQLite database read-only, by SQLite's own refusal, or makes chosen statements fail.</summary>
internal sealed class DatabaseFaults : DbCommandInterceptor, IDbConnectionInterceptor
{
    private const int Full = 13;

    /// <summary>Whether it can only be read.</summary>
    public volatile bool IsReadOnly;

    /// <summary>Statements for which the disk is full; null for none.</summary>
    public Func<string, bool>? Fails { get; set; }

    /// <summary>For <see cref="RecOpsApplication"/>.</summary>
    public void Add(IServiceCollection services) => services.ConfigureDbContext<SqliteDatabase>(options => options.AddInterceptors(this));

    public void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Prepare(connection);

    public Task ConnectionOpenedAsync(
        DbConnection connection,
        ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        Prepare(connection);
        return Task.CompletedTask;
    }

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result
    )
    {
        Look(command);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default
    )
    {
        Look(command);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<int> result,
        CancellationToken cancellationToken = default
    )
    {
        Look(command);
        return ValueTask.FromResult(result);
    }

    private void Prepare(DbConnection connection)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = $"PRAGMA query_only = {(IsReadOnly ? 1 : 0)}";
        command.ExecuteNonQuery();
    }

    private void Look(DbCommand command)
    {
        if (Fails?.Invoke(command.CommandText) == true)
            throw new SqliteException("SQLite Error 13: 'database or disk is full'.", Full);
    }
}
