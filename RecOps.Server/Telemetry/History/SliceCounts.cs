using RecOps.Shared.Recommendations;

namespace RecOps.Server.Telemetry.History;

/// <summary>Counts over several slices, without their histograms.</summary>
internal readonly record struct SliceCounts(int Seconds, long Lists, long Good, long Failures, long Degraded, long Hits, long Computed)
{
    private static readonly int[] FromCache =
    [
        Array.IndexOf(RecommendationSource.All, RecommendationSource.L1),
        Array.IndexOf(RecommendationSource.All, RecommendationSource.L2),
    ];

    private static readonly int FromModel = Array.IndexOf(RecommendationSource.All, RecommendationSource.Computed);

    /// <summary>The SLO's requests: lists and failures.</summary>
    public long Requests => Lists + Failures;

    public long Bad => Requests - Good;

    public double FailureShare => Requests == 0 ? 0 : (double)Failures / Requests;

    public double DegradedShare => Lists == 0 ? 0 : (double)Degraded / Lists;

    /// <summary>Share of the lists that the cache could have served.</summary>
    public double HitShare => Hits + Computed == 0 ? 0 : (double)Hits / (Hits + Computed);

    public static SliceCounts Of(ReadOnlySpan<TelemetrySlice> slices)
    {
        var sum = default(SliceCounts);
        foreach (TelemetrySlice slice in slices)
        {
            sum = new SliceCounts(
                sum.Seconds + slice.Seconds,
                sum.Lists + slice.Sources.Sum(),
                sum.Good + slice.Good,
                sum.Failures + slice.Failures,
                sum.Degraded + slice.Degraded,
                sum.Hits + slice.Sources[FromCache[0]] + slice.Sources[FromCache[1]],
                sum.Computed + slice.Sources[FromModel]
            );
        }

        return sum;
    }
}
