using RecOps.Serving.Computation;
using RecOps.Serving.Metrics;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;

namespace RecOps.Serving.Engine;

/// <summary>Observes every list served to a shopper. Called on the request's thread, so it must not block.</summary>
internal interface IAnswerObserver
{
    void Answered(in RequestContext context, in AnsweredList list);
}

/// <summary>Assigns the ids that events bring back. Called on the request's thread.</summary>
internal interface IRequestIds
{
    /// <param name="source">One of <see cref="Shared.Recommendations.RecommendationSource"/>.</param>
    /// <param name="cluster">-1 for none.</param>
    UInt128 Next(ServingModel model, string placement, string source, int cluster, long unixMilliseconds);
}

/// <summary>Ids without information about their list.</summary>
internal sealed class RandomRequestIds : IRequestIds
{
    public UInt128 Next(ServingModel model, string placement, string source, int cluster, long unixMilliseconds) => RequestId.New(default);
}

/// <summary>How a list was made.</summary>
internal readonly ref struct AnsweredList
{
    /// <summary>The model's ranking, before rules; empty where no model ranked.</summary>
    public required RankedSpan Ranked { get; init; }

    /// <summary>The shopper's, -1 for none.</summary>
    public required int Cluster { get; init; }

    /// <summary>One of <see cref="Shared.Recommendations.RecommendationSource"/>.</summary>
    public required string Source { get; init; }

    public required bool Degraded { get; init; }

    /// <summary>Placement of the list.</summary>
    public required RecommendationJob Job { get; init; }

    public required StageTicks Ticks { get; init; }

    public required UInt128 Id { get; init; }
}
