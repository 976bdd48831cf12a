using System.Numerics.Tensors;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Retrieval;

/// <summary>The bundle's index, read as far as the requested recall needs.</summary>
internal sealed class IvfCandidateIndex : ICandidateIndex
{
    /// <summary>The longest list of similar items that the storefront may ask for.</summary>
    private const int SimilarItems = 100;

    private readonly MappedTensor<Half> _items;
    private readonly InvertedFile _file;
    private readonly float _reach;
    private readonly float _similarReach;
    private readonly RetrievalMetrics? _metrics;

    /// <summary>Opens the index of a bundle and calibrates how far to read it.</summary>
    /// <param name="bundle">Has an index.</param>
    /// <param name="limit">Items of a search for a shopper.</param>
    public IvfCandidateIndex(Bundle bundle, int limit, RetrievalOptions options, RetrievalMetrics? metrics = null)
    {
        _items = bundle.ItemEmbeddings;
        _file = new InvertedFile(_items, bundle.Index!);
        _metrics = metrics;
        RecallSample users = RecallSample.OfUsers(bundle, options.RecallSample, limit);
        RecallSample items = RecallSample.OfItems(bundle, Math.Max(16, options.RecallSample / 4), SimilarItems);
        (_reach, double recall) = ReachCalibration.Fit(options.Recall, reach => Measure(users, cosine: false, reach).Recall);
        (_similarReach, _) = ReachCalibration.Fit(options.Recall, reach => Measure(items, cosine: true, reach).Recall);
        SearchCost[] costs = Measure(users, cosine: false, _reach).Costs;
        State = new IndexState(
            "ivf",
            _file.Cells,
            _reach,
            costs.Average(cost => cost.Cells),
            costs.Average(cost => (double)cost.Scored),
            options.Recall,
            recall,
            users.Queries.Length
        );
    }

    public IndexState State { get; }

    public void Search(ReadOnlySpan<CandidateSearch> searches, ReadOnlySpan<bool> inStock)
    {
        _file.Search(searches, _reach, inStock);
        if (_metrics is null)
            return;
        foreach (CandidateSearch search in searches)
            _metrics.Record(search.Cost);
    }

    public int SearchSimilar(int item, in ItemFilter filter, Span<int> ordinals, Span<float> scores)
    {
        Span<float> query = stackalloc float[_items.Columns];
        TensorPrimitives.ConvertToSingle(_items[item], query);
        float norm = TensorPrimitives.Norm<float>(query);
        if (norm > 0)
            TensorPrimitives.Divide(query, norm, query);
        SearchCost cost = _file.Search(query, cosine: true, _similarReach, filter, ordinals, scores);
        ItemNorms.ClampCosines(scores[..cost.Found]);
        return cost.Found;
    }

    public void Dispose()
    {
        // The mapped tensors belong to the bundle.
    }

    private (double[] Recall, SearchCost[] Costs) Measure(RecallSample sample, bool cosine, float reach)
    {
        var inStock = new bool[_items.Rows];
        Array.Fill(inStock, true);
        var recall = new double[sample.Queries.Length];
        var costs = new SearchCost[recall.Length];
        var nothing = new OrdinalSet();
        Parallel.For(
            0,
            recall.Length,
            query =>
            {
                var ordinals = new int[sample.Nearest[query].Length];
                costs[query] = _file.Search(
                    sample.Queries[query],
                    cosine,
                    reach,
                    new ItemFilter(inStock, nothing),
                    ordinals,
                    new float[ordinals.Length]
                );
                recall[query] = sample.RecallOf(query, ordinals.AsSpan(0, costs[query].Found));
            }
        );
        return (recall, costs);
    }
}
