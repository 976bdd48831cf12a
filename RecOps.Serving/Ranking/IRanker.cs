using RecOps.Shared.Bundles;
using RecOps.Shared.Telemetry;

namespace RecOps.Serving.Ranking;

/// <summary>Scores candidates for shoppers, one batch at a time. Batches may run concurrently.</summary>
internal interface IRanker : IDisposable
{
    /// <summary>Where it runs.</summary>
    ProviderState Provider { get; }

    /// <summary>Concurrent batches.</summary>
    int Lanes { get; }

    /// <summary>Largest batch.</summary>
    int MaxBatch { get; }

    /// <summary>The padded number of rows for a batch of <paramref name="count"/> jobs.</summary>
    int PaddedSize(int count);

    /// <summary>Fills in each job's scores. The jobs' arrays belong to the ranker until this returns.</summary>
    /// <param name="jobs">1 to <see cref="MaxBatch"/>.</param>
    /// <param name="deadline">Timestamp of the time provider after which the scores are useless.</param>
    /// <returns>False when the deadline came first; the scores are then meaningless.</returns>
    bool Rank(ReadOnlySpan<RankJob> jobs, long deadline);
}

/// <summary>Opens the ranker of a bundle.</summary>
internal interface IRankerFactory
{
    /// <param name="bundle">The bundle with the ranker.</param>
    /// <exception cref="BundleException">The model does not fit the bundle.</exception>
    /// <exception cref="ProviderException">The configured execution provider is not available.</exception>
    IRanker Open(Bundle bundle, RankerLimits limits);
}

/// <param name="Candidates">Most candidates per job.</param>
/// <param name="Batch">Largest batch.</param>
/// <param name="Lanes">Concurrent batches; 0 lets the ranker choose.</param>
internal readonly record struct RankerLimits(int Candidates, int Batch, int Lanes);
