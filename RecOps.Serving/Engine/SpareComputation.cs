using RecOps.Serving.Batching;
using RecOps.Serving.Caching;
using RecOps.Serving.Computation;
using RecOps.Serving.Models;
using RecOps.Serving.Rules;
using RecOps.Shared.Recommendations;

namespace RecOps.Serving.Engine;

/// <summary>Computes lists that nobody waits for, in the device's spare capacity, and caches them.</summary>
internal sealed class SpareComputation(RequestPreparation preparation, ResultCache cache, TimeProvider time)
{
    /// <summary>Longer than any list may wait for spare capacity.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <param name="restriction">The items that rules leave to compute the list from; null for all.</param>
    /// <param name="origin">Why it is computed.</param>
    /// <param name="warmedBy">Notified when the list is used; null for nobody.</param>
    public async ValueTask<SpareOutcome> ComputeAsync(
        ServingModel model,
        RecommendationRequest request,
        CacheKey key,
        Restriction? restriction,
        ListOrigin origin,
        IListUse? warmedBy,
        CancellationToken cancellationToken
    )
    {
        RecommendationJob job = model.Jobs.Rent();
        try
        {
            job.Reset();
            job.Origin = origin;
            job.WarmedBy = warmedBy;
            RequestContext context = RequestContext.Of(model, model.Rules, request, RequestPurpose.WarmUp, time.GetUtcNow()) with
            {
                Key = key,
                Restriction = restriction,
            };
            preparation.Prepare(context, job, stored: true);
            if (!job.Shopper.HasBehaviour)
                return new SpareOutcome(SpareEnd.NothingKnown, 0);
            if (cache.TryGetFresh(key, job.Stamp, job.PurgedAt, out _))
                return new SpareOutcome(SpareEnd.Fresh, 0);
            job.IsSpare = true;
            long deadline = time.GetTimestamp() + (long)(Patience.TotalSeconds * time.TimestampFrequency);
            BatchOutcome outcome = await model.Batcher.SubmitAsync(job, deadline, cancellationToken);
            return outcome == BatchOutcome.Completed && !job.OutOfTime
                ? new SpareOutcome(job.FromCache ? SpareEnd.Fresh : SpareEnd.Computed, CachedList.BytesOf(job.RankedCount))
                : new SpareOutcome(SpareEnd.Failed, 0);
        }
        finally
        {
            model.Jobs.Return(job);
        }
    }
}

/// <summary>How a spare computation ended.</summary>
internal enum SpareEnd
{
    Computed,

    /// <summary>A fresh list was already cached.</summary>
    Fresh,

    /// <summary>Nothing is known about the user to compute a list from.</summary>
    NothingKnown,

    Failed,
}

/// <param name="Bytes">Size of the cached list.</param>
internal readonly record struct SpareOutcome(SpareEnd End, int Bytes);
