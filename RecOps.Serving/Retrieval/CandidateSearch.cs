namespace RecOps.Serving.Retrieval;

/// <summary>One search of a batch: a user vector, the exclusions, and space for the results. Reused by the next request.</summary>
/// <param name="user">[d]; set by the caller before each search.</param>
/// <param name="excluded">Ordinals that this search must not return.</param>
/// <param name="limit">Number of items wanted.</param>
internal sealed class CandidateSearch(float[] user, OrdinalSet excluded, int limit)
{
    public float[] User { get; } = user;

    public OrdinalSet Excluded { get; } = excluded;

    /// <summary>One bit for each item that may be returned; null for all.</summary>
    public ulong[]? Allowed { get; set; }

    /// <summary>The filter of this search.</summary>
    /// <param name="inStock">By ordinal.</param>
    public ItemFilter FilterOf(ReadOnlySpan<bool> inStock) => new(inStock, Excluded, Allowed);

    /// <summary>Ordinals found, best first; the first <see cref="Found"/> are valid.</summary>
    public int[] Ordinals { get; } = new int[limit];

    /// <summary>Their dot products with <see cref="User"/>.</summary>
    public float[] Scores { get; } = new float[limit];

    /// <summary>As many as wanted, unless fewer may be returned.</summary>
    public int Found { get; set; }

    /// <summary>What an index with cells read for this search.</summary>
    public SearchCost Cost { get; set; }
}
