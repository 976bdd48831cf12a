namespace RecOps.Server.Retrieval;

/// <summary>Which of all items are near users.</summary>
internal interface ICandidateIndex : IDisposable
{
    /// <summary>Items by dot product with each user vector, best first. Items that may not be found cost no places.</summary>
    /// <param name="searches">A batch; each is filled in place. Together they may read memory once that each would read alone.</param>
    /// <param name="inStock">By ordinal: what may be found at all. It may change while the search runs.</param>
    void Search(ReadOnlySpan<CandidateSearch> searches, ReadOnlySpan<bool> inStock);
}
