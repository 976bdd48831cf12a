using System.Threading.Channels;
using RecOps.Serving.Caching;
using RecOps.Serving.Models;
using RecOps.Serving.Rules;
using RecOps.Shared.Recommendations;

namespace RecOps.Serving.Engine;

/// <summary>Refreshes lists that were served although aged, in the device's spare time.</summary>
internal sealed class ListRefresher(SpareComputation spare, ResultCache cache, CachingMetrics metrics)
{
    private const int MaxWaiting = 10_000;
    private readonly Channel<Refresh> _waiting = Channel.CreateBounded<Refresh>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.Wait }
    );

    /// <summary>Number of concurrent workers: a single one, waiting for the device, would leave its other lanes idle.</summary>
    public static int Workers => Math.Max(2, Environment.ProcessorCount);

    public int Waiting => _waiting.Reader.Count;

    /// <summary>
    /// Queues a list to be refreshed, once however often it is requested; when the queue is full, a later answer will ask again.
    /// </summary>
    public void Offer(ServingModel model, RecommendationRequest request, in CacheKey key, Restriction? restriction, CachedList aged)
    {
        if (!aged.TryBeginRefresh())
            return;
        if (!_waiting.Writer.TryWrite(new Refresh(model, request, key, restriction, aged)))
            aged.EndRefresh();
    }

    /// <summary>Waits for a list to refresh, and refreshes it. May be called concurrently.</summary>
    public async Task RenewNextAsync(CancellationToken cancellationToken) =>
        await RefreshAsync(await _waiting.Reader.ReadAsync(cancellationToken), cancellationToken);

    private async ValueTask RefreshAsync(Refresh refresh, CancellationToken cancellationToken)
    {
        // A replaced model gets no new lists.
        if (!refresh.Model.Uses.TryBegin())
            return;
        try
        {
            await RenewAsync(refresh, cancellationToken);
        }
        catch
        {
            // The next answer that serves it asks again.
            refresh.Aged.EndRefresh();
            throw;
        }
        finally
        {
            refresh.Model.Uses.End();
        }
    }

    private async ValueTask RenewAsync(Refresh refresh, CancellationToken cancellationToken)
    {
        // Another replica may have refreshed it.
        if (cache.HasSecondTier)
            await cache.FindSharedAsync(
                refresh.Model.Events,
                refresh.Model.Catalog.Count,
                refresh.Key,
                refresh.Request.UserId!,
                refresh.Aged
            );
        SpareOutcome outcome = await spare.ComputeAsync(
            refresh.Model,
            refresh.Request,
            refresh.Key,
            refresh.Restriction,
            ListOrigin.Refresh,
            null,
            cancellationToken
        );
        if (outcome.End == SpareEnd.Computed)
            metrics.Refreshed();
        if (outcome.End is SpareEnd.Failed or SpareEnd.NothingKnown)
            refresh.Aged.EndRefresh();
    }

    private sealed record Refresh(
        ServingModel Model,
        RecommendationRequest Request,
        CacheKey Key,
        Restriction? Restriction,
        CachedList Aged
    );
}
