using RecOps.Shared.Bundles;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Ranking;

/// <summary>Scores candidates for shoppers.</summary>
internal interface IRanker : IDisposable
{
    /// <summary>Where it runs.</summary>
    ProviderState Provider { get; }

    /// <summary>Fills the job's scores. The job's arrays belong to the ranker until this completes.</summary>
    /// <param name="job">Inputs and output.</param>
    /// <param name="deadline">Timestamp of the time provider after which nobody waits for the scores.</param>
    /// <returns>False when the deadline came first; the scores then mean nothing.</returns>
    ValueTask<bool> RankAsync(RankJob job, long deadline);
}

/// <summary>Opens the ranker of a bundle.</summary>
internal interface IRankerFactory
{
    /// <param name="bundle">Whose ranker.</param>
    /// <param name="maxCandidates">The most that one job brings.</param>
    /// <exception cref="BundleException">The model does not fit the bundle.</exception>
    /// <exception cref="ProviderException">The configured execution provider is not there.</exception>
    IRanker Open(Bundle bundle, int maxCandidates);
}
