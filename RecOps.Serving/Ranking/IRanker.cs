using RecOps.Shared.Bundles;
using RecOps.Shared.Telemetry;

namespace RecOps.Serving.Ranking;

/// <summary>Scores candidates for shoppers, a batch at a time. Several batches may run at once.</summary>
internal interface IRanker : IDisposable
{
    /// <summary>Where it runs.</summary>
    ProviderState Provider { get; }

    /// <summary>Batches it runs at the same time.</summary>
    int Lanes { get; }

    /// <summary>The most jobs that one batch may have.</summary>
    int MaxBatch { get; }

    /// <summary>The number of rows that a batch of <paramref name="count"/> jobs costs.</summary>
    int PaddedSize(int count);

    /// <summary>Fills each job's scores. The jobs' arrays belong to the ranker until this returns.</summary>
    /// <param name="jobs">1 to <see cref="MaxBatch"/>.</param>
    /// <param name="deadline">Timestamp of the time provider after which nobody waits for the scores.</param>
    /// <returns>False when the deadline came first; the scores then mean nothing.</returns>
    bool Rank(ReadOnlySpan<RankJob> jobs, long deadline);
}

/// <summary>Opens the ranker of a bundle.</summary>
internal interface IRankerFactory
{
    /// <param name="bundle">Whose ranker.</param>
    /// <exception cref="BundleException">The model does not fit the bundle.</exception>
    /// <exception cref="ProviderException">The configured execution provider is not there.</exception>
    IRanker Open(Bundle bundle, RankerLimits limits);
}

/// <param name="Candidates">The most that one job brings.</param>
/// <param name="Batch">The most jobs that one batch has.</param>
/// <param name="Lanes">Batches at the same time; 0 lets the ranker choose.</param>
internal readonly record struct RankerLimits(int Candidates, int Batch, int Lanes);
