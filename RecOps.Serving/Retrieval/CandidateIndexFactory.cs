using Microsoft.Extensions.Options;
using RecOps.Serving.Ranking;
using RecOps.Shared.Bundles;
using RecOps.Shared.Telemetry;

namespace RecOps.Serving.Retrieval;

/// <summary>Opens the index that suits a bundle and the settings.</summary>
internal sealed partial class CandidateIndexFactory(
    ProviderSession sessions,
    IOptions<RetrievalOptions> options,
    RetrievalMetrics metrics,
    ILogger<CandidateIndexFactory> logger
)
{
    /// <summary>Above this many items, an exact scan takes a server more time than ranking.</summary>
    public const int ManyItems = 100_000;

    /// <param name="limit">Items of a search for a shopper.</param>
    /// <param name="provider">Where the ranker runs.</param>
    /// <exception cref="BundleException">The settings ask for an index that the bundle lacks, or it is invalid.</exception>
    public ICandidateIndex Open(Bundle bundle, int limit, ProviderState provider)
    {
        ICandidateIndex index = Choose(bundle, limit, provider);
        metrics.Opened(index.State);
        IndexState state = index.State;
        LogOpened(state.Kind, state.Cells, state.CellsRead, state.ItemsScored, state.Recall, state.Sample);
        return index;
    }

    private ICandidateIndex Choose(Bundle bundle, int limit, ProviderState provider)
    {
        string wanted = options.Value.Index;
        bool hasModel = bundle.Manifest.Files.ContainsKey(BundleFile.Retrieval);
        if (wanted is "ivf" && bundle.Index is null)
            throw Missing(wanted, BundleFile.Index, bundle);
        if (wanted is "onnx" && !hasModel)
            throw Missing(wanted, BundleFile.Retrieval, bundle);
        bool onGpu = provider.Actual != ExecutionProvider.Cpu.Name;
        if (hasModel && (wanted is "onnx" || (wanted is "auto" && onGpu)))
            return OpenModel(bundle, limit);
        return OpenOnCpu(bundle, limit, metrics);
    }

    private OnnxCandidateIndex OpenModel(Bundle bundle, int limit)
    {
        // Similar items are requested less often than lists: the CPU will do, and the metrics are about lists.
        ICandidateIndex similar = OpenOnCpu(bundle, limit, null);
        var index = new OnnxCandidateIndex(sessions.Open(bundle, BundleFile.Retrieval).Session, bundle.ItemEmbeddings, similar, metrics);
        try
        {
            index.Try(limit, bundle.Directory);
            return index;
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    private ICandidateIndex OpenOnCpu(Bundle bundle, int limit, RetrievalMetrics? counted)
    {
        string wanted = options.Value.Index;
        if (wanted is not "exact" && bundle.Index is not null)
            return new IvfCandidateIndex(bundle, limit, options.Value, counted);
        if (wanted is not "exact" && bundle.Manifest.Counts.Items > ManyItems)
            LogNoIndex(bundle.Manifest.Counts.Items, BundleFile.Index, bundle.Directory);
        return new ExactCandidateIndex(bundle.ItemEmbeddings, counted);
    }

    private static BundleException Missing(string wanted, string file, Bundle bundle) =>
        new(
            $"Retrieval:Index is {wanted}, but the bundle has no {file}. Create it with: RecOps.Training index --bundle "
                + $"{bundle.Directory}, or set Retrieval:Index to auto."
        );

    [LoggerMessage(
        1801,
        LogLevel.Information,
        "Candidate index {Kind}: {Cells} cells; a search reads {CellsRead:0.0} of them and {ItemsScored:0} items, recall {Recall:0.0000} "
            + "over {Sample} shoppers"
    )]
    private partial void LogOpened(string kind, int cells, double cellsRead, double itemsScored, double recall, int sample);

    [LoggerMessage(
        1802,
        LogLevel.Warning,
        "The bundle has {Items} items and no {File}, so every search scans all of them. Create it with: RecOps.Training index --bundle "
            + "{Directory}"
    )]
    private partial void LogNoIndex(int items, string file, string directory);
}
