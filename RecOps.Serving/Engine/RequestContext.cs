using RecOps.Serving.Caching;
using RecOps.Serving.Computation;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Rules;
using RecOps.Serving.Users;
using RecOps.Shared.Recommendations;

namespace RecOps.Serving.Engine;

/// <summary>The purpose of a list.</summary>
internal enum RequestPurpose
{
    /// <summary>A shopper waits for it.</summary>
    Live,

    /// <summary>A preview of what the shopper would get: the same, but not counted.</summary>
    Preview,

    /// <summary>A preview for another time: computed, and not cached.</summary>
    Rehearsal,

    /// <summary>Neither counted nor answered from the cache, and not cached.</summary>
    WarmUp,
}

/// <summary>Facts about a request, gathered once: who asks, from where, their history, and the cache key of their list.</summary>
/// <param name="Rules">Compiled for the model.</param>
/// <param name="Now">Time that the list is for.</param>
/// <param name="Start">Timestamp.</param>
/// <param name="Waited">Ticks that it waited for a thread before it started.</param>
/// <param name="User">Ordinal, -1 for a user that the bundle does not know.</param>
/// <param name="Key">Cache key of its list; contains the ordinal of the item on the page.</param>
/// <param name="History">The shopper's recent history.</param>
internal readonly record struct RequestContext(
    ServingModel Model,
    RuleSet Rules,
    RecommendationRequest Request,
    RequestPurpose Purpose,
    DateTimeOffset Now,
    long Start,
    long Waited,
    int User,
    CacheKey Key,
    FreshHistory History
)
{
    /// <summary>The items that rules leave to compute the list from; null for all.</summary>
    public Restriction? Restriction { get; init; }

    /// <summary>Filled in with the list; null where there is no answer.</summary>
    public RecommendationAnswer? Answer { get; init; }

    public bool ReadsCache => Purpose is RequestPurpose.Live or RequestPurpose.Preview;

    /// <summary>The user's cluster in the bundle, or -1.</summary>
    public int BundledCluster => User < 0 ? -1 : Model.UserClusters[User][0];

    /// <param name="request">Validated.</param>
    public static RequestContext Of(
        ServingModel model,
        RuleSet rules,
        RecommendationRequest request,
        RequestPurpose purpose,
        DateTimeOffset now,
        long start = 0,
        long waited = 0
    )
    {
        int user = model.Users.OrdinalOf(request.UserId!);
        return new RequestContext(
            model,
            rules,
            request,
            purpose,
            now,
            start,
            waited,
            user,
            KeyOf(model, user, request),
            model.Events.Of(request.UserId!)
        );
    }

    /// <summary>Cache key of a request's list.</summary>
    public static CacheKey KeyOf(ServingModel model, RecommendationRequest request) =>
        KeyOf(model, model.Users.OrdinalOf(request.UserId!), request);

    /// <summary>Adds the items that the answer must not contain: the item on the page, and those that the request excludes.</summary>
    public static void Hide(ServingModel model, RecommendationRequest request, int viewed, OrdinalSet hidden)
    {
        if (viewed >= 0)
            hidden.Add(viewed);
        foreach (string excludedId in request.ExcludeItemIds ?? [])
        {
            if (model.Catalog.TryGetOrdinal(excludedId, out int ordinal))
                hidden.Add(ordinal);
        }
    }

    /// <summary>The same for the list that is computed from what rules leave.</summary>
    public RequestContext Within(Restriction restriction) => this with { Key = Key.Within(restriction.Key), Restriction = restriction };

    /// <summary>Inputs of the rules' conditions.</summary>
    /// <param name="cluster">As far as it is known yet; -1 for none.</param>
    public RuleContext ForRules(int cluster) =>
        RuleContext.Of(Model.Users, User, Request.Placement!, Request.Country, Request.Segment, Key.Item, cluster, Now);

    /// <summary>Inputs of the list arrangement.</summary>
    /// <param name="cluster">-1 for none.</param>
    /// <param name="job">Knows which items may not be shown, and the applicable rules.</param>
    public ListInput InputOf(RankedSpan ranked, int cluster, RecommendationJob job) =>
        new()
        {
            Ranked = ranked,
            ClusterPopular = cluster < 0 ? default : Model.Clusters.PopularIn(cluster),
            Popular = Model.Popular.Ordinals,
            Filter = new ItemFilter(Model.Catalog.InStock, job.Hidden),
            History = History,
            Now = Now,
        };

    private static CacheKey KeyOf(ServingModel model, int user, RecommendationRequest request)
    {
        int item = request.ItemId is { Length: > 0 } id && model.Catalog.TryGetOrdinal(id, out int viewed) ? viewed : -1;
        return CacheKey.Of(user, request.UserId!, model.Generation, item, request.RecentItemIds, request.Placement!);
    }
}
