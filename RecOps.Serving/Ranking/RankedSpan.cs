namespace RecOps.Serving.Ranking;

/// <summary>Items with their scores, best first: the form in which lists are computed and cached.</summary>
/// <param name="ordinals">Ordinals of items.</param>
/// <param name="scores">One for each ordinal.</param>
internal readonly ref struct RankedSpan(ReadOnlySpan<int> ordinals, ReadOnlySpan<Half> scores)
{
    public ReadOnlySpan<int> Ordinals { get; } = ordinals;

    public ReadOnlySpan<Half> Scores { get; } = scores;

    public int Count => Ordinals.Length;
}
