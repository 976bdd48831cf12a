using RecOps.Shared.Bundles;

namespace RecOps.Server.Retrieval;

/// <summary>Looks at every item. Exact, needs no index file, and its time grows with the catalogue.</summary>
/// <param name="items">[items, d].</param>
internal sealed class ExactCandidateIndex(MappedTensor<Half> items) : ICandidateIndex
{
    public int Search(ReadOnlySpan<float> user, in ItemFilter filter, Span<int> ordinals, Span<float> scores) =>
        ExactScan.TopK(items, user, default, filter, ordinals, scores);
}
