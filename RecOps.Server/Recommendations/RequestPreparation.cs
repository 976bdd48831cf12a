using RecOps.Server.Caching;
using RecOps.Server.Events;
using RecOps.Server.Models;
using RecOps.Server.Rules;
using RecOps.Server.Users;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

/// <summary>Everything that a computation needs to know of a request.</summary>
internal sealed class RequestPreparation(UserEmbeddings embeddings, TimeProvider time)
{
    /// <param name="key">Of the request.</param>
    /// <param name="job">Filled, all but its exclusions.</param>
    /// <param name="restriction">What rules leave to compute the list from; null when that is everything.</param>
    /// <param name="now">Moment that the list is for.</param>
    /// <param name="stored">Whether the list is to be kept. It is then computed as if the request excluded nothing.</param>
    public void Prepare(ServingModel model, RecommendationRequest request, in CacheKey key, Restriction? restriction, RecommendationJob job, DateTimeOffset now, bool stored)
    {
        FreshHistory fresh = model.Events.Of(request.UserId!);
        job.CacheKey = key;
        job.Restrict(restriction);
        job.IsStored = stored;
        job.Computed = time.GetUtcNow().ToUnixTimeMilliseconds();
        job.Stamp = fresh.Stamp;
        job.PurgedAt = fresh.PurgedAt;
        job.Excluded.Clear();
        if (key.Item >= 0) job.Excluded.Add(key.Item);
        if (!stored) Hide(model, request, job.Excluded);
        job.Shopper = embeddings.Fill(model, request, fresh, job.Rank);
        if (!job.Shopper.HasBehaviour) return;
        model.Context.Fill(now, request.Placement!, job.Rank.Context);
        job.Identify(request.Placement!, request.ItemId, stored ? null : request.ExcludeItemIds);
    }

    /// <summary>Adds what the request must not be answered with: the item being looked at and what it names.</summary>
    public static void Hide(ServingModel model, RecommendationRequest request, Retrieval.OrdinalSet hidden)
    {
        if (request.ItemId is { Length: > 0 } id && model.Catalog.TryGetOrdinal(id, out int viewed)) hidden.Add(viewed);
        foreach (string excludedId in request.ExcludeItemIds ?? [])
        {
            if (model.Catalog.TryGetOrdinal(excludedId, out int ordinal)) hidden.Add(ordinal);
        }
    }
}
