using Microsoft.EntityFrameworkCore;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Storage;
using StackExchange.Redis;

namespace RecOps.Server.Replication;

/// <summary>In-memory state that mirrors a subject in the database.</summary>
internal interface IReplicated
{
    /// <summary>One of <see cref="Epoch"/>'s subjects.</summary>
    string Subject { get; }

    /// <summary>Loads the database's current state, or as much of it as others can wait for.</summary>
    Task LoadAsync(RecOpsDatabase database, CancellationToken cancellationToken);

    /// <summary>Whether more is left: it is asked again after the other subjects.</summary>
    bool HasMore => false;
}

/// <summary>
/// Propagates changes to every replica: at once by a Redis message where there is Redis, and by an epoch in the database that each replica
/// polls once a second, since messages may be lost. A server that cannot reach the database continues with what it has. It runs on the
/// system clock, not the injected one: the database and Redis are outside the process.
/// </summary>
internal sealed partial class ChangeFeed(
    IEnumerable<IReplicated> replicated,
    IServiceScopeFactory scopes,
    DatabaseState state,
    RedisConnection redis,
    ReplicaReport report,
    ILogger<ChangeFeed> logger
) : BackgroundLoop(TimeProvider.System, logger)
{
    private static readonly RedisChannel Channel = RedisKeys.Channel("changed");
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, long> _served = [];
    private readonly Dictionary<string, string> _notTaken = [];
    private readonly ILogger _logger = logger;
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private int _listening;

    /// <summary>
    /// Makes this server, then all others, load what was committed of a subject. Never throws: the change is committed, and losing the
    /// database from here on must not report that nothing was changed. The next poll makes up for failures.
    /// </summary>
    public async Task CommittedAsync(RecOpsDatabase database, string subject)
    {
        if (!await TryLookAsync(database, CancellationToken.None))
            Wake();
        await AnnounceAsync(subject);
    }

    /// <summary>
    /// Tells the other replicas at once that a subject has changed, where there is Redis. The change is saved, and the others find it
    /// within a second in any case.
    /// </summary>
    public async Task AnnounceAsync(string subject)
    {
        try
        {
            if (redis.TryGet(out IConnectionMultiplexer? multiplexer))
                await multiplexer.GetSubscriber().PublishAsync(Channel, subject, CommandFlags.FireAndForget);
        }
        catch (Exception error) when (error is RedisException or ObjectDisposedException)
        {
            // Redis is down, or this server is shutting down.
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        redis.Connected += Listen;
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        redis.Connected -= Listen;
    }

    protected override string? ReasonToWait(Exception error) => DatabaseFailure.ReasonToWait(error);

    protected override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        // The connection may have been made before this handler was attached.
        if (Volatile.Read(ref _listening) == 0 && redis.IsConnected)
            Listen();
        await state.Ready.WaitAsync(stoppingToken);
        await using (AsyncServiceScope scope = scopes.CreateAsyncScope())
        {
            RecOpsDatabase database = scope.ServiceProvider.GetRequiredService<RecOpsDatabase>();
            if (await TryLookAsync(database, stoppingToken))
                await ReportAsync(database, stoppingToken);
        }

        await _wake.WaitAsync(Pause, stoppingToken);
        return true;
    }

    /// <summary>Polls the epochs and loads what changed.</summary>
    /// <returns>False when the database could not be read.</returns>
    private async Task<bool> TryLookAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(database, cancellationToken);
            return true;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            Lost(error);
            return false;
        }
    }

    private async Task ReportAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            await report.SendAsync(database, _served.GetValueOrDefault(Epoch.Rules), cancellationToken);
            if (state.Trouble is not null)
                LogReached();
            state.Reached();
        }
        catch (Exception error) when (DatabaseFailure.IsCollision(error) && !cancellationToken.IsCancellationRequested)
        {
            // Another server took this one for dead and removed its row; the next round restores it.
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            Lost(error);
        }
    }

    private void Lost(Exception error)
    {
        string reason = DatabaseFailure.ReasonOf(error);
        if (state.Trouble is null)
            LogLost(reason, DatabaseFailure.IsUnavailable(error) ? null : error);
        state.Lost(reason);
    }

    private async Task LookAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            Dictionary<string, long> epochs = await database
                .Epochs.AsNoTracking()
                .ToDictionaryAsync(epoch => epoch.Subject, epoch => epoch.Value, cancellationToken);
            foreach (IReplicated part in replicated)
            {
                long epoch = epochs.GetValueOrDefault(part.Subject);
                if (_served.TryGetValue(part.Subject, out long served) && served == epoch)
                    continue;
                if (!await TryLoadAsync(part, database, cancellationToken))
                    continue;
                if (part.HasMore)
                    Wake();
                else
                    _served[part.Subject] = epoch;
            }
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>A failure in one part does not keep the others from their changes.</summary>
    private async Task<bool> TryLoadAsync(IReplicated part, RecOpsDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            await part.LoadAsync(database, cancellationToken);
            _notTaken.Remove(part.Subject);
            return true;
        }
        catch (Exception error) when (!DatabaseFailure.IsUnavailable(error) && !cancellationToken.IsCancellationRequested)
        {
            if (_notTaken.GetValueOrDefault(part.Subject) != error.Message)
                LogNotTaken(part.Subject, error);
            _notTaken[part.Subject] = error.Message;
            return false;
        }
    }

    /// <summary>Once only: the client resubscribes on every reconnect, with every handler that was ever registered.</summary>
    private void Listen()
    {
        if (!redis.TryGet(out IConnectionMultiplexer? multiplexer) || Interlocked.Exchange(ref _listening, 1) != 0)
            return;
        try
        {
            multiplexer.GetSubscriber().Subscribe(Channel, (_, _) => Wake(), CommandFlags.FireAndForget);
        }
        catch (Exception error) when (error is RedisException or ObjectDisposedException)
        {
            Volatile.Write(ref _listening, 0);
        }
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is already awake.
        }
    }

    [LoggerMessage(
        1441,
        LogLevel.Error,
        "The database was lost ({Reason}). Lists are served from what is in memory; editing is not possible until it is back"
    )]
    private partial void LogLost(string reason, Exception? error);

    [LoggerMessage(1442, LogLevel.Information, "The database is back")]
    private partial void LogReached();

    [LoggerMessage(1443, LogLevel.Error, "Changes to {Subject} could not be loaded. The previous state stays in use; retrying")]
    private partial void LogNotTaken(string subject, Exception error);
}
