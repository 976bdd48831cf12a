namespace RecOps.Serving.Retrieval;

/// <summary>Finds items near users, or near an item.</summary>
internal interface ICandidateIndex : IDisposable
{
    /// <summary>Kind of the index, and its measured quality.</summary>
    IndexState State { get; }

    /// <summary>Items by dot product with each user vector, best first. Filtered items take no places.</summary>
    /// <param name="searches">A batch, filled in place. Together, searches can share memory reads.</param>
    /// <param name="inStock">By ordinal: items that may be returned at all. It may change during the search.</param>
    void Search(ReadOnlySpan<CandidateSearch> searches, ReadOnlySpan<bool> inStock);

    /// <summary>Items by cosine with an item, best first.</summary>
    /// <param name="item">Its ordinal; the filter must exclude it.</param>
    /// <param name="scores">Cosines; as long as <paramref name="ordinals"/>, whose length is the number wanted.</param>
    /// <returns>How many were found.</returns>
    int SearchSimilar(int item, in ItemFilter filter, Span<int> ordinals, Span<float> scores);
}
