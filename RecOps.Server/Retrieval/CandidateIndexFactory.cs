using Microsoft.Extensions.Options;
using RecOps.Shared.Bundles;

namespace RecOps.Server.Retrieval;

/// <summary>Opens the index that suits a bundle and the settings.</summary>
internal sealed partial class CandidateIndexFactory(
    IOptions<RetrievalOptions> options, RetrievalMetrics metrics, ILogger<CandidateIndexFactory> logger)
{
    /// <summary>Above this many items looking at every one of them takes a server more time than ranking does.</summary>
    public const int ManyItems = 100_000;

    /// <param name="limit">Items of a search for a shopper.</param>
    /// <exception cref="BundleException">The settings ask for an index that the bundle does not have.</exception>
    public ICandidateIndex Open(Bundle bundle, int limit)
    {
        ICandidateIndex index = Choose(bundle, limit);
        metrics.Opened(index.State);
        IndexState state = index.State;
        LogOpened(state.Kind, state.Cells, state.CellsRead, state.ItemsScored, state.Recall, state.Sample);
        return index;
    }

    private ICandidateIndex Choose(Bundle bundle, int limit)
    {
        string wanted = options.Value.Index;
        if (wanted is "ivf" && bundle.Index is null)
        {
            throw new BundleException(
                $"Retrieval:Index is ivf and the bundle has no {BundleFile.Index}. Write it with: RecOps.Training index --bundle " +
                $"{bundle.Directory}, or set Retrieval:Index to auto.");
        }

        if (wanted is not "exact" && bundle.Index is not null) return new IvfCandidateIndex(bundle, limit, options.Value, metrics);
        if (wanted is not "exact" && bundle.Manifest.Counts.Items > ManyItems)
            LogNoIndex(bundle.Manifest.Counts.Items, BundleFile.Index, bundle.Directory);
        return new ExactCandidateIndex(bundle.ItemEmbeddings, metrics);
    }

    [LoggerMessage(1301, LogLevel.Information,
        "Candidate index {Kind}: {Cells} cells; a search reads {CellsRead:0.0} of them and {ItemsScored:0} items, recall {Recall:0.0000} over {Sample} shoppers")]
    private partial void LogOpened(string kind, int cells, double cellsRead, double itemsScored, double recall, int sample);

    [LoggerMessage(1302, LogLevel.Warning,
        "The bundle has {Items} items and no {File}, so every search looks at all of them. Write it with: RecOps.Training index --bundle {Directory}")]
    private partial void LogNoIndex(int items, string file, string directory);
}
