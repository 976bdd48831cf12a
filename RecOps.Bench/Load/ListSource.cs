using RecOps.Shared.Recommendations;

namespace RecOps.Bench.Load;

/// <summary>The source of a list, as reported in the answer, as a number.</summary>
internal static class ListSource
{
    /// <summary>Not a list of recommendations.</summary>
    public const byte None = 0;

    private static readonly string[] Names =
    [
        "none",
        RecommendationSource.L1,
        RecommendationSource.L2,
        RecommendationSource.Computed,
        RecommendationSource.Stale,
        RecommendationSource.Cluster,
        RecommendationSource.Popular,
    ];

    private static readonly byte[][] Texts = Array.ConvertAll(Names, System.Text.Encoding.ASCII.GetBytes);

    public static string NameOf(byte source) => Names[source];

    public static byte Of(ReadOnlySpan<byte> text)
    {
        for (int i = 1; i < Texts.Length; i++)
        {
            if (text.SequenceEqual(Texts[i]))
                return (byte)i;
        }

        return None;
    }
}
