namespace RecOps.Serving.Ranking;

/// <summary>Items and the scores they are listed by, best first: the form that lists are computed and kept in.</summary>
/// <param name="ordinals">Of items.</param>
/// <param name="scores">As many.</param>
internal readonly ref struct RankedSpan(ReadOnlySpan<int> ordinals, ReadOnlySpan<Half> scores)
{
    public ReadOnlySpan<int> Ordinals { get; } = ordinals;

    public ReadOnlySpan<Half> Scores { get; } = scores;

    public int Count => Ordinals.Length;
}
