using Microsoft.Extensions.Options;
using RecOps.Serving.Batching;
using RecOps.Serving.Caching;
using RecOps.Serving.Catalog;
using RecOps.Serving.Computation;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Users;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Models;

/// <summary>Prepares bundles for serving.</summary>
internal sealed class ServingModelFactory(
    IRankerFactory rankers,
    CandidateIndexFactory indexes,
    IOptions<RetrievalOptions> retrieval,
    IOptions<BatchingOptions> batching,
    IOptions<SloOptions> slo,
    BatchingMetrics batches,
    ResultCache cache,
    IOptions<CachingOptions> caching,
    HistoryLimit histories,
    TimeProvider time
)
{
    /// <summary>Reads the tables of a bundle, opens its index, and opens and warms its ranker.</summary>
    /// <param name="bundle">Verified. Owned from now on, even if this fails.</param>
    /// <param name="source">Where it came from.</param>
    /// <exception cref="BundleException">It must not be served; the message says why.</exception>
    /// <exception cref="ProviderException">The configured execution provider is not available.</exception>
    public ServingModel Open(Bundle bundle, BundleSource source, CancellationToken cancellationToken)
    {
        IRanker? ranker = null;
        ICandidateIndex? index = null;
        try
        {
            ItemCatalog catalog = ItemCatalog.Read(bundle, cancellationToken);
            UserDirectory users = UserDirectory.Read(bundle, cancellationToken);
            BundleCounts counts = bundle.Manifest.Counts;
            var limits = new RankerLimits(
                CandidateGathering.Most(counts, retrieval.Value.Candidates),
                batching.Value.MaxBatch,
                batching.Value.Lanes
            );
            ranker = rankers.Open(bundle, limits);
            index = indexes.Open(bundle, retrieval.Value.Candidates, ranker.Provider);
            return new ServingModel(
                bundle,
                source,
                catalog,
                users,
                index,
                ranker,
                retrieval.Value,
                cache,
                caching.Value,
                histories.Users,
                Batch,
                time
            );
        }
        catch
        {
            index?.Dispose();
            ranker?.Dispose();
            bundle.Dispose();
            throw;
        }
    }

    /// <summary>The same for a directory that nobody writes to.</summary>
    /// <inheritdoc cref="Open(Bundle, BundleSource, CancellationToken)" path="/exception"/>
    public ServingModel Open(string directory, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, FileStamp?> stamps = BundleSource.StampsOf(directory, Bundle.ReadManifest(directory));
        Bundle bundle = Bundle.Open(directory);
        return Open(
            bundle,
            new BundleSource(directory, bundle.Manifest, bundle.ManifestJson, stamps, outlivesRestart: false),
            cancellationToken
        );
    }

    private AdaptiveBatcher<RecommendationJob> Batch(IBatchDevice<RecommendationJob> device) =>
        new(device, batching.Value, TimeSpan.FromMilliseconds(slo.Value.LatencyMs), batches, time);
}
