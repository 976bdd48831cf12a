using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using RecOps.Server.Storage;
using StackExchange.Redis;

namespace RecOps.Server.Replication;

/// <summary>What is kept in memory of something that the database has.</summary>
internal interface IReplicated
{
    /// <summary>One of <see cref="Epoch"/>'s subjects.</summary>
    string Subject { get; }

    /// <summary>Takes over what the database has now, or as much of it as others can wait for.</summary>
    Task LoadAsync(RecOpsDatabase database, CancellationToken cancellationToken);

    /// <summary>Whether there was more than it took over: it is asked again after the others.</summary>
    bool HasMore => false;
}

/// <summary>
/// Brings changes to every replica: at once by a message over Redis where there is one, and by an epoch in the database that each
/// looks at once a second, since messages may be lost. A server that cannot reach the database goes on with what it has.
/// </summary>
internal sealed partial class ChangeFeed(
    IEnumerable<IReplicated> replicated, IServiceScopeFactory scopes, DatabaseState state, RedisConnection redis, ReplicaReport report,
    ILogger<ChangeFeed> logger) : BackgroundService
{
    private static readonly RedisChannel Channel = RedisChannel.Literal("recops:changed");
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, long> _served = [];
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>Saves changes of a subject and has this server, then all others, take them over.</summary>
    public async Task SaveAsync(RecOpsDatabase database, string subject)
    {
        Epoch? epoch = await database.Epochs.FindAsync(subject);
        if (epoch is null) database.Epochs.Add(new Epoch { Subject = subject, Value = 1 });
        else epoch.Value++;
        await SaveAsync(database);
        await LookAsync(database, CancellationToken.None);
        await AnnounceAsync(subject);
    }

    /// <summary>
    /// Counts a subject up in the caller's transaction. Who counts it up next waits for the end of that: what is written under the new numbers
    /// is committed in their order.
    /// </summary>
    /// <returns>The new number.</returns>
    public static async Task<long> CountUpAsync(RecOpsDatabase database, string subject, int by, CancellationToken cancellationToken)
    {
        const string count = """
            INSERT INTO "Epochs" ("Subject", "Value") VALUES ({0}, {1})
            ON CONFLICT ("Subject") DO UPDATE SET "Value" = "Epochs"."Value" + EXCLUDED."Value" RETURNING "Value"
            """;
        List<long> value = await database.Database.SqlQueryRaw<long>(count, subject, (long)by).ToListAsync(cancellationToken);
        return value[0];
    }

    /// <summary>Tells the others at once that a subject has changed, where there is Redis.</summary>
    public async Task AnnounceAsync(string subject)
    {
        if (redis.TryGet(out IConnectionMultiplexer? multiplexer))
            await multiplexer.GetSubscriber().PublishAsync(Channel, subject, CommandFlags.FireAndForget);
    }

    /// <summary>Another replica may have counted up at the same moment; what else collides is the caller's.</summary>
    private static async Task SaveAsync(RecOpsDatabase database)
    {
        while (true)
        {
            try
            {
                await database.SaveChangesAsync();
                return;
            }
            catch (DbUpdateConcurrencyException error) when (error.Entries.All(entry => entry.Entity is Epoch))
            {
                foreach (EntityEntry entry in error.Entries)
                {
                    await entry.ReloadAsync();
                    ((Epoch)entry.Entity).Value++;
                }
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        redis.Connected += Listen;
        try
        {
            await state.Ready.WaitAsync(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                await TryLookAsync(stoppingToken);
                await _wake.WaitAsync(Pause, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shut down.
        }
        finally
        {
            redis.Connected -= Listen;
        }
    }

    private async Task TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using AsyncServiceScope scope = scopes.CreateAsyncScope();
            RecOpsDatabase database = scope.ServiceProvider.GetRequiredService<RecOpsDatabase>();
            await LookAsync(database, cancellationToken);
            await report.SendAsync(database, _served.GetValueOrDefault(Epoch.Rules), cancellationToken);
            if (state.Trouble is not null) LogReached();
            state.Reached();
        }
        catch (Exception error) when (error is DbException or DbUpdateException or InvalidOperationException or TimeoutException)
        {
            string reason = error.GetBaseException().Message.Split('\n')[0];
            if (state.Trouble is null) LogLost(reason);
            state.Lost(reason);
        }
    }

    private async Task LookAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            Dictionary<string, long> epochs = await database.Epochs.AsNoTracking().ToDictionaryAsync(epoch => epoch.Subject, epoch => epoch.Value, cancellationToken);
            foreach (IReplicated part in replicated)
            {
                long epoch = epochs.GetValueOrDefault(part.Subject);
                if (_served.TryGetValue(part.Subject, out long served) && served == epoch) continue;
                await part.LoadAsync(database, cancellationToken);
                if (part.HasMore) Wake();
                else _served[part.Subject] = epoch;
            }
        }
        finally
        {
            _loading.Release();
        }
    }

    private void Listen()
    {
        if (!redis.TryGet(out IConnectionMultiplexer? multiplexer)) return;
        multiplexer.GetSubscriber().Subscribe(Channel, (_, _) => Wake(), CommandFlags.FireAndForget);
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    [LoggerMessage(1441, LogLevel.Error, "The database was lost ({Reason}); lists are served with what is known, editing waits")]
    private partial void LogLost(string reason);

    [LoggerMessage(1442, LogLevel.Information, "The database is back")]
    private partial void LogReached();
}
