using System.Threading.Channels;
using RecOps.Server.Models;
using RecOps.Server.Recommendations;
using RecOps.Server.Rules;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Caching;

/// <summary>Renews lists that were given although they had aged, in spare time of the device.</summary>
internal sealed class ListRefresher(SpareComputation spare, ResultCache cache, CachingMetrics metrics) : BackgroundService
{
    private const int MaxWaiting = 10_000;
    private readonly Channel<Refresh> _waiting = Channel.CreateBounded<Refresh>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.Wait });

    public int Waiting => _waiting.Reader.Count;

    /// <summary>Has a list renewed, once however often it is asked for; when too many wait, a later answer will ask again.</summary>
    public void Offer(ServingModel model, RecommendationRequest request, in CacheKey key, Restriction? restriction, CachedList aged)
    {
        if (!aged.TryBeginRefresh()) return;
        if (!_waiting.Writer.TryWrite(new Refresh(model, request, key, restriction, aged))) aged.EndRefresh();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Math.Max(2, Environment.ProcessorCount)).Select(_ => WorkAsync(stoppingToken)));

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            // Not by an enumerator, which holds what it gave last, and with it a model and its rules, until there is more to do.
            while (await _waiting.Reader.WaitToReadAsync(cancellationToken)) await RefreshNextAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Shut down.
        }
    }

    private ValueTask RefreshNextAsync(CancellationToken cancellationToken) =>
        _waiting.Reader.TryRead(out Refresh? refresh) ? RefreshAsync(refresh, cancellationToken) : ValueTask.CompletedTask;

    private async ValueTask RefreshAsync(Refresh refresh, CancellationToken cancellationToken)
    {
        // A model that was replaced gets no new lists.
        if (!refresh.Model.Uses.TryBegin()) return;
        try
        {
            await RenewAsync(refresh, cancellationToken);
        }
        finally
        {
            refresh.Model.Uses.End();
        }
    }

    private async ValueTask RenewAsync(Refresh refresh, CancellationToken cancellationToken)
    {
        // Another replica may have renewed it.
        if (cache.HasSecondTier) await cache.FindSharedAsync(refresh.Model, refresh.Key, refresh.Request.UserId!, refresh.Aged);
        SpareOutcome outcome = await spare.ComputeAsync(refresh.Model, refresh.Request, refresh.Key, refresh.Restriction, ListOrigin.Refresh, null, cancellationToken);
        if (outcome.End == SpareEnd.Computed) metrics.Refreshed();
        if (outcome.End is SpareEnd.Failed or SpareEnd.NothingKnown) refresh.Aged.EndRefresh();
    }

    private sealed record Refresh(ServingModel Model, RecommendationRequest Request, CacheKey Key, Restriction? Restriction, CachedList Aged);
}
