using RecOps.Serving.Computation;

namespace RecOps.Serving.Engine;

/// <summary>Gathers a computation's inputs from a request.</summary>
internal sealed class RequestPreparation(UserEmbeddings embeddings, TimeProvider time)
{
    /// <param name="job">Filled in, except for what its answer must not contain.</param>
    /// <param name="stored">Whether the list will be cached. It is then computed as if the request excluded nothing.</param>
    public void Prepare(in RequestContext context, RecommendationJob job, bool stored)
    {
        job.CacheKey = context.Key;
        job.Restrict(context.Restriction);
        job.IsStored = stored;
        job.Computed = time.GetUtcNow().ToUnixTimeMilliseconds();
        job.Stamp = context.History.Stamp;
        job.PurgedAt = context.History.PurgedAt;
        job.Excluded.Clear();
        if (stored && context.Key.Item >= 0)
            job.Excluded.Add(context.Key.Item);
        if (!stored)
            RequestContext.Hide(context.Model, context.Request, context.Key.Item, job.Excluded);
        job.Shopper = embeddings.Fill(context, job.Rank);
        if (!job.Shopper.HasBehaviour)
            return;
        string placement = context.Request.Placement!;
        context.Model.Context.Fill(context.Now, placement, job.Rank.Context);
        job.Identify(placement, context.Request.ItemId, stored ? null : context.Request.ExcludeItemIds);
    }
}
