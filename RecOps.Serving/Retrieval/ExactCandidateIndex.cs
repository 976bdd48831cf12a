using RecOps.Shared.Bundles;

namespace RecOps.Serving.Retrieval;

/// <summary>Scans every item. Exact, needs no index file, and its time grows with the catalogue.</summary>
internal sealed class ExactCandidateIndex : ICandidateIndex
{
    private readonly MappedTensor<Half> _items;
    private readonly ItemNorms _norms;
    private readonly RetrievalMetrics? _metrics;

    /// <param name="items">[items, d].</param>
    public ExactCandidateIndex(MappedTensor<Half> items, RetrievalMetrics? metrics = null)
    {
        _items = items;
        _norms = new ItemNorms(items);
        _metrics = metrics;
        State = IndexState.Exact("exact", items.Rows);
    }

    public IndexState State { get; }

    public void Search(ReadOnlySpan<CandidateSearch> searches, ReadOnlySpan<bool> inStock)
    {
        foreach (CandidateSearch search in searches)
        {
            search.Found = ExactScan.TopK(_items, search.User, default, search.FilterOf(inStock), search.Ordinals, search.Scores);
            _metrics?.Record(new SearchCost(search.Found, 0, _items.Rows));
        }
    }

    public int SearchSimilar(int item, in ItemFilter filter, Span<int> ordinals, Span<float> scores)
    {
        Span<float> query = stackalloc float[_items.Columns];
        _norms.FillUnit(item, query);
        int found = ExactScan.TopK(_items, query, _norms.Inverse, filter, ordinals, scores);
        ItemNorms.ClampCosines(scores[..found]);
        return found;
    }

    public void Dispose()
    {
        // The items belong to the bundle.
    }
}
