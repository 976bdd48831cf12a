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

    /// <summary>Takes over what the database has now.</summary>
    Task LoadAsync(RecOpsDatabase database, CancellationToken cancellationToken);
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

    /// <summary>
    /// Saves changes of a subject and has this server, then all others, take them over. What is saved is saved: taking it over and telling
    /// others may fail, and both are made up for by the next look.
    /// </summary>
    public async Task SaveAsync(RecOpsDatabase database, string subject)
    {
        Epoch? epoch = await database.Epochs.FindAsync(subject);
        if (epoch is null) database.Epochs.Add(new Epoch { Subject = subject, Value = 1 });
        else epoch.Value++;
        await SaveAsync(database);
        try
        {
            await LookAsync(database, CancellationToken.None);
            if (redis.TryGet(out IConnectionMultiplexer? multiplexer))
                await multiplexer.GetSubscriber().PublishAsync(Channel, subject, CommandFlags.FireAndForget);
        }
        catch (Exception error)
        {
            LogNotTakenOver(subject, DatabaseFailure.ReasonOf(error));
        }
    }

    /// <summary>Another replica may have counted up, or begun to count, at the same moment; what else collides is the caller's.</summary>
    private static async Task SaveAsync(RecOpsDatabase database)
    {
        while (true)
        {
            try
            {
                await database.SaveChangesAsync();
                return;
            }
            catch (DbUpdateException error) when (IsOfEpochs(error))
            {
                foreach (EntityEntry entry in error.Entries)
                {
                    if (await entry.GetDatabaseValuesAsync() is not { } now) throw;
                    entry.State = EntityState.Unchanged;
                    entry.OriginalValues.SetValues(now);
                    entry.CurrentValues.SetValues(now);
                    ((Epoch)entry.Entity).Value++;
                }
            }
        }
    }

    /// <summary>
    /// A value that is taken is one of the epoch's only where that is new: with several statements on their way at once, providers name the
    /// one before the one that failed.
    /// </summary>
    private static bool IsOfEpochs(DbUpdateException error) =>
        error.Entries.Count > 0 && error.Entries.All(entry => entry.Entity is Epoch)
        && (error is DbUpdateConcurrencyException || (DatabaseFailure.IsCollision(error) && error.Entries.All(entry => entry.State == EntityState.Added)));

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
                _served[part.Subject] = epoch;
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

    [LoggerMessage(1443, LogLevel.Warning, "A change of {Subject} was saved and not taken over at once ({Reason}); it is within a second")]
    private partial void LogNotTakenOver(string subject, string reason);

    [LoggerMessage(1442, LogLevel.Information, "The database is back")]
    private partial void LogReached();
}
