using RecOps.Serving.Caching;
using RecOps.Serving.Computation;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Rules;
using RecOps.Serving.Users;
using RecOps.Shared.Recommendations;

namespace RecOps.Serving.Engine;

/// <summary>What a list is made for.</summary>
internal enum RequestPurpose
{
    /// <summary>A shopper waits for it.</summary>
    Live,

    /// <summary>Someone wants to see what the shopper would get: the same, but not counted.</summary>
    Preview,

    /// <summary>The same at another time: computed, and not kept.</summary>
    Rehearsal,

    /// <summary>Neither counted nor answered from the cache, and leaves nothing there.</summary>
    WarmUp,
}

/// <summary>
/// What is known of a request on its whole way, found out once: who asks, from where, what they did, and what their list is kept under.
/// </summary>
/// <param name="Rules">Made for the model.</param>
/// <param name="Now">Moment that the list is for.</param>
/// <param name="Start">Timestamp.</param>
/// <param name="Waited">Ticks that it had waited for a thread when it started.</param>
/// <param name="User">Ordinal, -1 for someone the bundle does not know.</param>
/// <param name="Key">What its list is kept under; has the ordinal of the item on the page.</param>
/// <param name="History">What the shopper did.</param>
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
    /// <summary>What rules leave to compute the list from; null when that is everything.</summary>
    public Restriction? Restriction { get; init; }

    /// <summary>Filled with the list; null where nobody is answered.</summary>
    public RecommendationAnswer? Answer { get; init; }

    public bool ReadsCache => Purpose is RequestPurpose.Live or RequestPurpose.Preview;

    /// <summary>The cluster that the bundle has the user in, or -1.</summary>
    public int BundledCluster => User < 0 ? -1 : Model.UserClusters[User][0];

    /// <param name="request">Valid.</param>
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

    /// <summary>What the list of a request is kept under.</summary>
    public static CacheKey KeyOf(ServingModel model, RecommendationRequest request) =>
        KeyOf(model, model.Users.OrdinalOf(request.UserId!), request);

    /// <summary>Adds what a request must not be answered with: the item being looked at and what it names.</summary>
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

    /// <summary>What rules look at.</summary>
    /// <param name="cluster">As far as it is known yet; -1 for none.</param>
    public RuleContext ForRules(int cluster) =>
        RuleContext.Of(Model.Users, User, Request.Placement!, Request.Country, Request.Segment, Key.Item, cluster, Now);

    /// <summary>What the list is made from.</summary>
    /// <param name="cluster">-1 for none.</param>
    /// <param name="job">Knows what may not be shown, and the rules that hold.</param>
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
