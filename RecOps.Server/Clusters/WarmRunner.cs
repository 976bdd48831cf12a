using System.Threading.Channels;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Storage;
using RecOps.Serving.Caching;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Shared.Clusters;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Clusters;

/// <summary>Computes lists before anyone asks for them: one run at a time across all replicas, in the device's spare time.</summary>
internal sealed partial class WarmRunner(
    WarmPlanning planning,
    SpareComputation spare,
    ResultCache cache,
    WarmLock turn,
    IOptions<WarmingOptions> options,
    IOptions<ServingOptions> serving,
    TimeProvider time,
    ILogger<WarmRunner> logger
) : BackgroundLoop(time, logger)
{
    public const string FromConsole = "console";
    public const string AtStart = "start";
    public const string BeforeModel = "model";

    /// <summary>Runs that are remembered.</summary>
    private const int Remembered = 50;

    /// <summary>Runs that may be queued.</summary>
    private const int MaxWaiting = 16;

    /// <summary>Lists read from the second tier per batch.</summary>
    private const int FetchedAtOnce = 256;

    private const string Replaced = "The model was replaced.";

    private readonly Channel<(WarmProgress Run, ServingModel Model, int[]? Users)> _waiting = Channel.CreateBounded<(
        WarmProgress,
        ServingModel,
        int[]?
    )>(MaxWaiting);

    private readonly LinkedList<WarmProgress> _runs = [];
    private readonly ILogger _logger = logger;
    private int _reserved;

    /// <summary>Newest first.</summary>
    public WarmRunList All()
    {
        DateTimeOffset now = Time.GetUtcNow();
        lock (_runs)
            return new WarmRunList([.. _runs.Select(run => run.Describe(now))]);
    }

    public WarmProgress? Find(string id)
    {
        lock (_runs)
            return _runs.FirstOrDefault(run => run.Id == id);
    }

    /// <summary>Reserves a place for a requested run, so that it can be recorded before it starts.</summary>
    /// <returns>Null when too many are already queued.</returns>
    public Place? TryReserve()
    {
        lock (_runs)
        {
            if (_reserved + _waiting.Reader.Count >= MaxWaiting)
                return null;
            _reserved++;
            return new Place(this);
        }
    }

    /// <summary>Warms a model that is about to take over, for as long as the budget allows; the rest continues in the background.</summary>
    /// <param name="trigger">What triggers the run.</param>
    public async Task BeforeTakeoverAsync(ServingModel model, string trigger, CancellationToken cancellationToken)
    {
        WarmingOptions warming = options.Value;
        if (!cache.IsEnabled || warming.Users == 0)
            return;
        int[] users = planning.Choose(model, warming.Users);
        if (users.Length == 0)
            return;
        var request = new WarmRequest
        {
            Placement = string.IsNullOrEmpty(warming.Placement) ? serving.Value.DefaultPlacement : warming.Placement,
            UsersPerCluster = warming.Users,
        };
        if (Enqueue(model, trigger, request, users) is not { } run)
            return;
        Task budget = Task.Delay(TimeSpan.FromSeconds(warming.BudgetSeconds), Time, cancellationToken);
        await Task.WhenAny(run.Over, budget);
        cancellationToken.ThrowIfCancellationRequested();
    }

    protected override string? ReasonToWait(Exception error) => DatabaseFailure.ReasonToWait(error);

    protected override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        (WarmProgress run, ServingModel model, int[]? users) = await _waiting.Reader.ReadAsync(stoppingToken);
        await RunAsync(run, model, users, stoppingToken);
        return true;
    }

    private WarmProgress? Enqueue(ServingModel model, string trigger, WarmRequest request, int[]? users)
    {
        lock (_runs)
            return _reserved + _waiting.Reader.Count >= MaxWaiting ? null : Enqueue(NewId(), model, trigger, request, users);
    }

    /// <summary>Where there is room.</summary>
    private WarmProgress Enqueue(string id, ServingModel model, string trigger, WarmRequest request, int[]? users)
    {
        var run = new WarmProgress(id, trigger, request, Time.GetUtcNow());
        lock (_runs)
        {
            _waiting.Writer.TryWrite((run, model, users));
            _runs.AddFirst(run);
            while (_runs.Count > Remembered && _runs.Last!.Value is { IsOver: true } oldest)
            {
                _runs.RemoveLast();
                oldest.Dispose();
            }
        }

        return run;
    }

    private async Task RunAsync(WarmProgress run, ServingModel model, int[]? users, CancellationToken stopping)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stopping, run.Cancelled);
        if (!model.Uses.TryBegin())
        {
            run.End(WarmRunState.Failed, Replaced, Time.GetUtcNow());
            return;
        }

        try
        {
            // Before a model takes over, each replica must warm its own memory; replicas need not wait for each other.
            await using IAsyncDisposable? held = run.Trigger == FromConsole ? await turn.TakeAsync(ends.Token) : null;
            users ??= planning.Choose(model, run.Request.ClusterIds ?? [], run.Request.UsersPerCluster);
            run.Begin(users.Length, Time.GetUtcNow());
            await WarmAsync(run, model, users, ends.Token);
            run.End(WarmRunState.Completed, null, Time.GetUtcNow());
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            run.End(WarmRunState.Cancelled, stopping.IsCancellationRequested ? "The server was shut down." : null, Time.GetUtcNow());
        }
        catch (Exception error)
        {
            LogFailed(run.Id, error);
            run.End(WarmRunState.Failed, error.Message, Time.GetUtcNow());
        }
        finally
        {
            model.Uses.End();
        }

        WarmRun ended = run.Describe(Time.GetUtcNow());
        LogEnded(ended.Trigger, ended.State, ended.Warmed, ended.Planned, ((ended.Ended - ended.Started) ?? default).TotalSeconds);
    }

    private async Task WarmAsync(WarmProgress run, ServingModel model, int[] users, CancellationToken cancellationToken)
    {
        string placement = run.Request.Placement!;
        int workers = Math.Max(2, 2 * model.Batcher.Lanes);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        foreach (int[] chunk in users.Chunk(FetchedAtOnce))
        {
            if (model.Uses.IsClosed)
                throw new InvalidOperationException(Replaced);
            RecommendationRequest[] requests = Array.ConvertAll(chunk, user => WarmPlanning.RequestOf(model, user, placement));
            CacheKey[] keys = Array.ConvertAll(requests, request => RequestContext.KeyOf(model, request));
            await cache.FetchAsync(model.Catalog.Count, keys);
            await Parallel.ForAsync(
                0,
                keys.Length,
                parallel,
                async (i, ends) => run.Count(await spare.ComputeAsync(model, requests[i], keys[i], null, ListOrigin.Warming, run, ends))
            );
        }
    }

    private static string NewId() => Guid.CreateVersion7().ToString("N");

    /// <summary>A reserved place for one run, given back if the run is not started.</summary>
    public sealed class Place(WarmRunner runner) : IDisposable
    {
        private bool _over;

        /// <summary>Id of the run.</summary>
        public string Id { get; } = NewId();

        public WarmProgress Start(ServingModel model, WarmRequest request)
        {
            lock (runner._runs)
            {
                Dispose();
                return runner.Enqueue(Id, model, FromConsole, request, null);
            }
        }

        public void Dispose()
        {
            lock (runner._runs)
            {
                if (_over)
                    return;
                _over = true;
                runner._reserved--;
            }
        }
    }

    [LoggerMessage(
        1511,
        LogLevel.Information,
        "Warm run ({Trigger}) {State}: {Warmed} lists computed for {Planned} users in {Seconds:0.0} s"
    )]
    private partial void LogEnded(string trigger, string state, int warmed, int planned, double seconds);

    [LoggerMessage(1512, LogLevel.Error, "Warm run {Id} failed")]
    private partial void LogFailed(string id, Exception error);
}
