namespace RecOps.Serving.Retrieval;

/// <summary>Which of all items are near users, or near an item.</summary>
internal interface ICandidateIndex : IDisposable
{
    /// <summary>What kind it is, and how good it was found to be.</summary>
    IndexState State { get; }

    /// <summary>Items by dot product with each user vector, best first. Items that may not be found cost no places.</summary>
    /// <param name="searches">A batch; each is filled in place. Together they may read memory once that each would read alone.</param>
    /// <param name="inStock">By ordinal: what may be found at all. It may change while the search runs.</param>
    void Search(ReadOnlySpan<CandidateSearch> searches, ReadOnlySpan<bool> inStock);

    /// <summary>Items by cosine with an item, best first.</summary>
    /// <param name="item">Its ordinal; the filter has to rule it out.</param>
    /// <param name="scores">Cosines; as long as <paramref name="ordinals"/>, which says how many are wanted.</param>
    /// <returns>How many were found.</returns>
    int SearchSimilar(int item, in ItemFilter filter, Span<int> ordinals, Span<float> scores);
}
