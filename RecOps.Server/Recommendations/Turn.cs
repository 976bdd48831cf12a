using RecOps.Server.Caching;
using RecOps.Server.Events;
using RecOps.Server.Models;
using RecOps.Server.Retrieval;
using RecOps.Server.Rules;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

/// <summary>What a request is run for.</summary>
internal enum TurnKind
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

/// <summary>One request on its way.</summary>
/// <param name="Rules">Made for the model.</param>
/// <param name="Now">Moment that the list is for.</param>
/// <param name="Start">Timestamp.</param>
/// <param name="Waited">Ticks that it had waited for a thread when it started.</param>
/// <param name="Key">What its list is kept under.</param>
/// <param name="History">What the shopper did.</param>
/// <param name="Restriction">What rules leave to compute the list from; null when that is everything.</param>
internal readonly record struct Turn(
    ServingModel Model, RuleSet Rules, RecommendationRequest Request, RecommendationAnswer Answer, TurnKind Kind, DateTimeOffset Now, long Start,
    long Waited, CacheKey Key, FreshHistory History, Restriction? Restriction)
{
    public bool ReadsCache => Kind is TurnKind.Live or TurnKind.Preview;

    public Turn Within(Restriction restriction) => this with { Key = Key.Within(restriction), Restriction = restriction };

    /// <summary>What the list is made from.</summary>
    /// <param name="cluster">-1 for none.</param>
    /// <param name="job">Knows what may not be shown, and the rules that hold.</param>
    public ListInput InputOf(RankedSpan ranked, int cluster, RecommendationJob job) => new()
    {
        Ranked = ranked,
        ClusterPopular = cluster < 0 ? default : Model.Clusters.PopularIn(cluster),
        Popular = Model.Popular.Ordinals,
        Filter = new ItemFilter(Model.Catalog.InStock, job.Hidden),
        History = History,
        Now = Now,
    };
}
