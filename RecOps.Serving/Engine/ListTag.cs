namespace RecOps.Serving.Engine;

/// <summary>Information about a list that is encoded in the answer's id, so that an event can be attributed to it.</summary>
/// <param name="Placement">Index in Serving:Placements, 0 to 31.</param>
/// <param name="Source">Index in <see cref="Shared.Recommendations.RecommendationSource.All"/>, 0 to 7.</param>
/// <param name="Cluster">0 to 16,382; -1 for none.</param>
/// <param name="Model">Ten bits of the model's generation.</param>
/// <param name="Minute">When it was answered: minutes since 1970, modulo 65,536.</param>
internal readonly record struct ListTag(int Placement, int Source, int Cluster, int Model, int Minute)
{
    private const int NoCluster = (1 << 14) - 1;

    /// <summary>48 bits.</summary>
    public ulong Bits =>
        ((ulong)Placement & 31)
        | (((ulong)Source & 7) << 5)
        | ((ulong)(Cluster < 0 ? NoCluster : Math.Min(Cluster, NoCluster - 1)) << 8)
        | (((ulong)Model & 1023) << 22)
        | (((ulong)Minute & 65_535) << 32);

    public static ListTag Of(ulong bits)
    {
        int cluster = (int)(bits >> 8) & NoCluster;
        return new ListTag(
            (int)bits & 31,
            (int)(bits >> 5) & 7,
            cluster == NoCluster ? -1 : cluster,
            (int)(bits >> 22) & 1023,
            (int)(bits >> 32) & 65_535
        );
    }
}
