using System.Threading.Channels;
using RecOps.Serving.Caching;
using RecOps.Serving.Models;
using RecOps.Serving.Rules;
using RecOps.Shared.Recommendations;

namespace RecOps.Serving.Engine;

/// <summary>Renews lists that were given although they had aged, in spare time of the device.</summary>
internal sealed class ListRefresher(SpareComputation spare, ResultCache cache, CachingMetrics metrics)
{
    private const int MaxWaiting = 10_000;
    private readonly Channel<Refresh> _waiting = Channel.CreateBounded<Refresh>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.Wait }
    );

    /// <summary>How many should be at it: one that waits for the device leaves the others idle.</summary>
    public static int Workers => Math.Max(2, Environment.ProcessorCount);

    public int Waiting => _waiting.Reader.Count;

    /// <summary>Has a list renewed, once however often it is asked for; when too many wait, a later answer will ask again.</summary>
    public void Offer(ServingModel model, RecommendationRequest request, in CacheKey key, Restriction? restriction, CachedList aged)
    {
        if (!aged.TryBeginRefresh())
            return;
        if (!_waiting.Writer.TryWrite(new Refresh(model, request, key, restriction, aged)))
            aged.EndRefresh();
    }

    /// <summary>Waits for a list to renew and renews it. Several may be at it.</summary>
    public async Task RenewNextAsync(CancellationToken cancellationToken) =>
        await RefreshAsync(await _waiting.Reader.ReadAsync(cancellationToken), cancellationToken);

    private async ValueTask RefreshAsync(Refresh refresh, CancellationToken cancellationToken)
    {
        // A model that was replaced gets no new lists.
        if (!refresh.Model.Uses.TryBegin())
            return;
        try
        {
            await RenewAsync(refresh, cancellationToken);
        }
        catch
        {
            // The next answer that gives it asks again.
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
        // Another replica may have renewed it.
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
