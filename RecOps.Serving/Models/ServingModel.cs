using System.IO.Hashing;
using RecOps.Serving.Batching;
using RecOps.Serving.Caching;
using RecOps.Serving.Catalog;
using RecOps.Serving.Clusters;
using RecOps.Serving.Computation;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Rules;
using RecOps.Serving.Users;
using RecOps.Shared.Bundles;
using RecOps.Shared.Events;
using RecOps.Shared.Rules;

namespace RecOps.Serving.Models;

/// <summary>A bundle prepared for serving: everything that belongs to one model and changes with it.</summary>
internal sealed class ServingModel : IAsyncDisposable
{
    private readonly Bundle _bundle;
    private RuleSet _rules;

    /// <param name="maxShoppers">Shoppers whose events are kept.</param>
    /// <param name="bundle">Owned, as are the index, the ranker and the batcher.</param>
    public ServingModel(
        Bundle bundle,
        BundleSource source,
        ItemCatalog catalog,
        UserDirectory users,
        ICandidateIndex index,
        IRanker ranker,
        RetrievalOptions retrieval,
        ResultCache cache,
        CachingOptions caching,
        int maxShoppers,
        Func<IBatchDevice<RecommendationJob>, AdaptiveBatcher<RecommendationJob>> batching,
        TimeProvider time
    )
    {
        _bundle = bundle;
        Source = source;
        Catalog = catalog;
        Users = users;
        Index = index;
        Ranker = ranker;
        Events = new FreshEvents(maxShoppers, bundle.Manifest.Counts.History, bundle.Manifest.Features.MergeWithinMinutes);
        Context = new ContextFeatures(bundle.Manifest.Features.Context);
        Clusters = new BehaviourClusters(bundle, time);
        Traffic = new ClusterTraffic(bundle.Manifest.Counts.Clusters, time);
        Visitors = new VisitorEstimate(users.Count, bundle.Manifest.Counts.Clusters, user => bundle.UserClusters[user][0]);
        Popular = new PopularItems(bundle.Popularity, time);
        _rules = new RuleSet(RuleDocument.Empty, version: 0, catalog, Popular);
        Jobs = new RecommendationJob.Pool(bundle.Manifest, retrieval.Candidates);
        Computation = new ListComputation(
            index,
            ranker,
            catalog,
            bundle.ItemEmbeddings,
            Clusters,
            Popular,
            cache,
            caching.ListLength,
            time
        );
        Batcher = batching(Computation);
        Generation = GenerationOf(bundle.ManifestJson.Span);
        Version = VersionOf(bundle.Manifest);
        EventWeights = Array.ConvertAll(ShopEventType.All, type => bundle.Manifest.Features.EventWeights.GetValueOrDefault(type));
    }

    public BundleManifest Manifest => _bundle.Manifest;

    /// <summary>Its directory under Models:Directory.</summary>
    public string Bundle => Path.GetFileName(_bundle.Directory);

    /// <summary>That directory, and whether its files still match the served ones.</summary>
    public BundleSource Source { get; }

    /// <summary>Figures of its lists while a trial needs them; else null.</summary>
    public LiveFigures? Figures { get; set; }

    /// <summary>Name and version, as reported in answers.</summary>
    public string Version { get; }

    /// <summary>Identifies the bundle on all replicas: a hash of the manifest, which contains the hashes of all files.</summary>
    public ulong Generation { get; }

    /// <summary>Weight in the user vector by event kind; 0 for kinds that the model ignores.</summary>
    public float[] EventWeights { get; }

    /// <summary>Current uses; it is not closed while there are any.</summary>
    public UseCount Uses { get; } = new();

    /// <summary>Shopper events since the bundle was made.</summary>
    public FreshEvents Events { get; }

    public ItemCatalog Catalog { get; }

    public UserDirectory Users { get; }

    public ICandidateIndex Index { get; }

    public BehaviourClusters Clusters { get; }

    public ClusterTraffic Traffic { get; }

    public VisitorEstimate Visitors { get; }

    public Newcomers Newcomers { get; } = new();

    /// <summary>[clusters, 2]: a two-dimensional map of the clusters.</summary>
    public MappedTensor<float> ClusterMap => _bundle.ClusterMap;

    public PopularItems Popular { get; }

    /// <summary>The rules that lists are currently made under.</summary>
    public RuleSet Rules
    {
        get => Volatile.Read(ref _rules);
        set => Interlocked.Exchange(ref _rules, value).Dispose();
    }

    public ContextFeatures Context { get; }

    public RecommendationJob.Pool Jobs { get; }

    /// <summary>Retrieval and ranking of a batch.</summary>
    public ListComputation Computation { get; }

    /// <summary>Batches the computations of requests.</summary>
    public AdaptiveBatcher<RecommendationJob> Batcher { get; }

    public IRanker Ranker { get; }

    /// <summary>[items, d].</summary>
    public MappedTensor<Half> ItemVectors => _bundle.ItemEmbeddings;

    /// <summary>[users, d].</summary>
    public MappedTensor<Half> UserVectors => _bundle.UserEmbeddings;

    /// <summary>[users]; -1 for none.</summary>
    public MappedTensor<int> UserClusters => _bundle.UserClusters;

    /// <summary>[users, h], newest first, -1 pads.</summary>
    public MappedTensor<int> UserHistories => _bundle.UserHistories;

    /// <inheritdoc cref="Bundle.UserHistoryTypes"/>
    public MappedTensor<byte>? UserHistoryTypes => _bundle.UserHistoryTypes;

    /// <inheritdoc cref="Bundle.UserHistoryAges"/>
    public MappedTensor<Half>? UserHistoryAges => _bundle.UserHistoryAges;

    /// <param name="manifest">bundle.json.</param>
    public static ulong GenerationOf(ReadOnlySpan<byte> manifest) => XxHash3.HashToUInt64(manifest);

    /// <summary>Name and version, as reported in answers.</summary>
    public static string VersionOf(BundleManifest manifest) => $"{manifest.Name}-{manifest.Version}";

    /// <summary>Applies new events to the popular lists, and updates rules that depend on them. Does nothing for a closed model.</summary>
    public void Refresh()
    {
        if (!Uses.TryBegin())
            return;
        try
        {
            Clusters.Popular.Refresh();
            Popular.Refresh();
            Rules.RenewPins();
        }
        finally
        {
            Uses.End();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Batcher.DisposeAsync();
        Ranker.Dispose();
        Index.Dispose();
        _bundle.Dispose();
    }
}
