namespace RecOps.Shared.Bundles.Report;

/// <summary>What one source adds to the candidates that serving ranks, as a mean over the test users.</summary>
/// <param name="Source">One of <see cref="CandidateSource"/>.</param>
/// <param name="Candidates">
/// Candidates that no source before it has. All candidates cost the same to rank, so this is also the source's share of the cost.
/// </param>
/// <param name="Recall">Share of the purchases that are among its items.</param>
/// <param name="Marginal">Share of the purchases that no other source has.</param>
/// <param name="MarginalFirstTime">The same over first-time purchases; absent when there are none.</param>
public sealed record SourceFigures(string Source, double Candidates, double Recall, double Marginal, double? MarginalFirstTime);

/// <summary>Where candidates come from.</summary>
public static class CandidateSource
{
    /// <summary>Items nearest to the user vector.</summary>
    public const string Nearest = "nearest";

    /// <summary>Items of the shopper's own history.</summary>
    public const string History = "history";

    /// <summary>Popular items of the shopper's cluster.</summary>
    public const string Cluster = "cluster";

    /// <summary>Popular items of the whole shop.</summary>
    public const string Popular = "popular";

    /// <summary>In the order in which they fill the candidates.</summary>
    public static readonly IReadOnlyList<string> All = [Nearest, History, Cluster, Popular];
}
