using RecOps.Server.Catalog;
using RecOps.Server.Clusters;
using RecOps.Server.Ranking;
using RecOps.Server.Recommendations;
using RecOps.Server.Retrieval;
using RecOps.Server.Users;
using RecOps.Shared.Bundles;
using RecOps.Shared.Events;

namespace RecOps.Server.Models;

/// <summary>A bundle made ready to serve: everything that belongs to one model and changes with it.</summary>
internal sealed class ServingModel : IDisposable
{
    private readonly Bundle _bundle;

    private ServingModel(Bundle bundle, ItemCatalog catalog, UserDirectory users, IRanker ranker, ICandidateIndex index, int maxNearest)
    {
        _bundle = bundle;
        Catalog = catalog;
        Users = users;
        Ranker = ranker;
        Context = new ContextFeatures(bundle.Manifest.Features.Context);
        Index = index;
        Clusters = new BehaviourClusters(bundle);
        Popular = new PopularItems(bundle.Popularity);
        Scratch = new RequestScratch.Pool(bundle.Manifest, maxNearest);
        Version = $"{bundle.Manifest.Name}-{bundle.Manifest.Version}";
        EventWeights = Array.ConvertAll(
            ShopEventType.All, type => bundle.Manifest.Features.EventWeights.GetValueOrDefault(type));
    }

    public BundleManifest Manifest => _bundle.Manifest;

    /// <summary>Name and version: what answers say they were made by.</summary>
    public string Version { get; }

    /// <summary>Weight in the user vector by kind of event; 0 for kinds the model leaves out.</summary>
    public float[] EventWeights { get; }

    public ItemCatalog Catalog { get; }

    public UserDirectory Users { get; }

    public ICandidateIndex Index { get; }

    public BehaviourClusters Clusters { get; }

    public PopularItems Popular { get; }

    public ContextFeatures Context { get; }

    public RequestScratch.Pool Scratch { get; }

    public IRanker Ranker { get; }

    /// <summary>[items, d].</summary>
    public MappedTensor<Half> ItemVectors => _bundle.ItemEmbeddings;

    /// <summary>[users, d].</summary>
    public MappedTensor<Half> UserVectors => _bundle.UserEmbeddings;

    /// <summary>[users]; -1 for none.</summary>
    public MappedTensor<int> UserClusters => _bundle.UserClusters;

    /// <summary>[users, h], newest first, -1 pads.</summary>
    public MappedTensor<int> UserHistories => _bundle.UserHistories;

    /// <summary>Opens a bundle, checks it against its manifest, and warms its ranker.</summary>
    /// <param name="directory">The bundle's own directory.</param>
    /// <param name="maxNearest">Candidates that retrieval brings at most.</param>
    /// <exception cref="BundleException">It must not be served; the message says why.</exception>
    /// <exception cref="ProviderException">The configured execution provider is not there.</exception>
    public static async Task<ServingModel> LoadAsync(
        string directory, int maxNearest, IRankerFactory rankers, CandidateIndexFactory indexes, CancellationToken cancellationToken)
    {
        Bundle bundle = Bundle.Open(directory);
        IRanker? ranker = null;
        try
        {
            ItemCatalog catalog = await ItemCatalog.ReadAsync(bundle, cancellationToken);
            UserDirectory users = await UserDirectory.ReadAsync(bundle, cancellationToken);
            BundleCounts counts = bundle.Manifest.Counts;
            ranker = rankers.Open(bundle, maxNearest + counts.History + counts.Popular);
            return new ServingModel(bundle, catalog, users, ranker, indexes.Open(bundle, maxNearest), maxNearest);
        }
        catch
        {
            ranker?.Dispose();
            bundle.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Ranker.Dispose();
        Index.Dispose();
        _bundle.Dispose();
    }
}
