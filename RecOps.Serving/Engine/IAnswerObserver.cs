using RecOps.Serving.Computation;
using RecOps.Serving.Metrics;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;

namespace RecOps.Serving.Engine;

/// <summary>
/// Is told of every list that a shopper is answered with. Called on the request's thread, so it must not wait for anything.
/// </summary>
internal interface IAnswerObserver
{
    void Answered(in RequestContext context, in AnsweredList list);
}

/// <summary>Gives answers the ids that events bring back. Called on the request's thread.</summary>
internal interface IRequestIds
{
    /// <param name="source">One of <see cref="Shared.Recommendations.RecommendationSource"/>.</param>
    /// <param name="cluster">-1 for none.</param>
    UInt128 Next(ServingModel model, string placement, string source, int cluster, long unixMilliseconds);
}

/// <summary>Ids that say nothing of their list.</summary>
internal sealed class RandomRequestIds : IRequestIds
{
    public UInt128 Next(ServingModel model, string placement, string source, int cluster, long unixMilliseconds) => RequestId.New(default);
}

/// <summary>How a list was made.</summary>
internal readonly ref struct AnsweredList
{
    /// <summary>As the model ranked it, before rules; empty where no model did.</summary>
    public required RankedSpan Ranked { get; init; }

    /// <summary>The shopper's, -1 for none.</summary>
    public required int Cluster { get; init; }

    /// <summary>One of <see cref="Shared.Recommendations.RecommendationSource"/>.</summary>
    public required string Source { get; init; }

    public required bool Degraded { get; init; }

    /// <summary>That the list was made in.</summary>
    public required RecommendationJob Job { get; init; }

    public required StageTicks Ticks { get; init; }

    public required UInt128 Id { get; init; }
}
