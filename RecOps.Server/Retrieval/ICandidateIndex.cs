namespace RecOps.Server.Retrieval;

/// <summary>Which of all items are near a user.</summary>
internal interface ICandidateIndex
{
    /// <summary>Items by dot product with a user vector, best first. Items that the filter refuses cost no places.</summary>
    /// <param name="user">As long as the bundle's dimension.</param>
    /// <param name="filter">What may be found.</param>
    /// <param name="ordinals">Filled from its start.</param>
    /// <param name="scores">As long as <paramref name="ordinals"/>.</param>
    /// <returns>How many were found.</returns>
    int Search(ReadOnlySpan<float> user, in ItemFilter filter, Span<int> ordinals, Span<float> scores);
}
