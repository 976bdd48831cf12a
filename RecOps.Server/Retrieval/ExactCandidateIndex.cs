using RecOps.Shared.Bundles;

namespace RecOps.Server.Retrieval;

/// <summary>Looks at every item. Exact, needs no index file, and its time grows with the catalogue.</summary>
/// <param name="items">[items, d].</param>
internal sealed class ExactCandidateIndex(MappedTensor<Half> items) : ICandidateIndex
{
    public void Search(ReadOnlySpan<CandidateSearch> searches, ReadOnlySpan<bool> inStock)
    {
        foreach (CandidateSearch search in searches)
        {
            search.Found = ExactScan.TopK(
                items, search.User, default, new ItemFilter(inStock, search.Excluded), search.Ordinals, search.Scores);
        }
    }

    public void Dispose()
    {
        // The items belong to the bundle.
    }
}
