using RecOps.Shared.Bundles;

namespace RecOps.Training.Models;

/// <summary>Sizes and constants of a ranker; the learned part is in <see cref="RankerNetwork"/>.</summary>
internal sealed record RankerShape
{
    public required int Items { get; init; }

    /// <summary>Length of user and item vectors.</summary>
    public required int Dimension { get; init; }

    /// <summary>History entries the ranker sees.</summary>
    public required int History { get; init; }

    public required FeatureSpec Features { get; init; }

    /// <summary>Initial decay of each view of the history: the number of entries after which it falls to 1/e.</summary>
    public IReadOnlyList<double> InterestScales { get; init; } = [5, 25, 100, 1e6];

    /// <summary>The same for counts of the candidate itself in the history; the last one counts all entries.</summary>
    public IReadOnlyList<double> RepeatScales { get; init; } = [2, 8, 25, 60, 150, 1e6];

    /// <summary>Whether it reads what happened to each history entry and when, see <see cref="EventCounts"/>.</summary>
    public bool ReadsEvents { get; init; }

    public int Hidden { get; init; } = 32;

    /// <summary>Dropout rate of the pooled interests.</summary>
    public double Dropout { get; init; } = 0.6;

    /// <summary>Inputs of the first layer that differ by candidate.</summary>
    public int CandidateColumns =>
        InterestScales.Count + 1 + RepeatScales.Count + (ReadsEvents ? EventCounts.Columns : 0) + 1 + ItemTrends.Columns;

    /// <summary>Inputs of the first layer that are the same for all candidates of a request.</summary>
    public int RequestColumns => 1 + Features.Context.Length;
}
