namespace RecOps.Serving.Retrieval;

/// <summary>One search of a batch: a user vector, what may not be found, and room for what is. Used again by the next request.</summary>
/// <param name="user">[d]; filled by the caller before each search.</param>
/// <param name="excluded">Ordinals that this search must not find.</param>
/// <param name="limit">How many items are wanted.</param>
internal sealed class CandidateSearch(float[] user, OrdinalSet excluded, int limit)
{
    public float[] User { get; } = user;

    public OrdinalSet Excluded { get; } = excluded;

    /// <summary>One bit for each item that may be found; null when all may.</summary>
    public ulong[]? Allowed { get; set; }

    /// <summary>What may be found.</summary>
    /// <param name="inStock">By ordinal.</param>
    public ItemFilter FilterOf(ReadOnlySpan<bool> inStock) => new(inStock, Excluded, Allowed);

    /// <summary>Ordinals found, best first; the first <see cref="Found"/> are valid.</summary>
    public int[] Ordinals { get; } = new int[limit];

    /// <summary>Their dot products with <see cref="User"/>.</summary>
    public float[] Scores { get; } = new float[limit];

    /// <summary>As many as were wanted unless fewer may be found.</summary>
    public int Found { get; set; }

    /// <summary>What an index with cells read for it.</summary>
    public SearchCost Cost { get; set; }
}
