using Microsoft.Extensions.Options;
using RecOps.Server.Batching;
using RecOps.Server.Caching;
using RecOps.Server.Catalog;
using RecOps.Server.Events;
using RecOps.Server.Models.Copies;
using RecOps.Server.Ranking;
using RecOps.Server.Recommendations;
using RecOps.Server.Retrieval;
using RecOps.Server.Telemetry.Slo;
using RecOps.Server.Users;
using RecOps.Shared.Bundles;

namespace RecOps.Server.Models;

/// <summary>Makes bundles ready to serve.</summary>
internal sealed class ServingModelFactory(
    BundleOpening bundles, IRankerFactory rankers, CandidateIndexFactory indexes, IOptions<RetrievalOptions> retrieval, IOptions<BatchingOptions> batching,
    IOptions<SloOptions> slo, BatchingMetrics batches, ResultCache cache, IOptions<CachingOptions> caching,
    IOptions<EventsOptions> events, TimeProvider time)
{
    /// <summary>Opens a bundle, checks it against its manifest, and warms its ranker.</summary>
    /// <param name="directory">The bundle's own directory.</param>
    /// <param name="atStart">Whether this server served it before it was restarted: a verified copy of it is enough.</param>
    /// <exception cref="BundleException">It must not be served; the message says why.</exception>
    /// <exception cref="ProviderException">The configured execution provider is not there.</exception>
    public ServingModel Open(string directory, bool atStart, CancellationToken cancellationToken)
    {
        (Bundle bundle, BundleSource source) = bundles.Open(directory, atStart, cancellationToken);
        IRanker? ranker = null;
        ICandidateIndex? index = null;
        try
        {
            ItemCatalog catalog = ItemCatalog.Read(bundle, cancellationToken);
            UserDirectory users = UserDirectory.Read(bundle, cancellationToken);
            BundleCounts counts = bundle.Manifest.Counts;
            var limits = new RankerLimits(
                retrieval.Value.Candidates + counts.History + counts.Popular, batching.Value.MaxBatch, batching.Value.Lanes);
            ranker = rankers.Open(bundle, limits);
            index = indexes.Open(bundle, retrieval.Value.Candidates, ranker.Provider);
            return new ServingModel(bundle, source, catalog, users, index, ranker, retrieval.Value, cache, caching.Value, events.Value.MaxUsers, Batch, time);
        }
        catch
        {
            index?.Dispose();
            ranker?.Dispose();
            bundle.Dispose();
            throw;
        }
    }

    private AdaptiveBatcher<RecommendationJob> Batch(IBatchDevice<RecommendationJob> device) =>
        new(device, batching.Value, TimeSpan.FromMilliseconds(slo.Value.LatencyMs), batches, time);
}
