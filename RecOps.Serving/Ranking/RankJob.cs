using RecOps.Shared.Bundles;

namespace RecOps.Serving.Ranking;

/// <summary>One shopper's ranker inputs, and space for the output.</summary>
/// <param name="manifest">Of the bundle that the ranker belongs to.</param>
/// <param name="maxCandidates">Space for candidates.</param>
internal sealed class RankJob(BundleManifest manifest, int maxCandidates)
{
    /// <summary>[d].</summary>
    public float[] User { get; } = new float[manifest.Dimension];

    /// <summary>[h] ordinals, newest first, -1 pads.</summary>
    public long[] History { get; } = new long[manifest.Counts.History];

    /// <summary>[h] numbers of <see cref="Users.EventKind"/>, 0 for pads; empty when the ranker does not read them.</summary>
    public long[] HistoryTypes { get; } = manifest.Ranker.HistoryTypes is null ? [] : new long[manifest.Counts.History];

    /// <summary>[h] days since each entry, 0 for pads; empty when the ranker does not read them.</summary>
    public float[] HistoryAges { get; } = manifest.Ranker.HistoryAges is null ? [] : new float[manifest.Counts.History];

    /// <summary>[c].</summary>
    public float[] Context { get; } = new float[manifest.Features.Context.Length];

    /// <summary>Ordinals; the first <see cref="Count"/> are valid.</summary>
    public int[] Candidates { get; } = new int[maxCandidates];

    public int Count { get; set; }

    /// <summary>One for each candidate, 0 to 1.</summary>
    public float[] Scores { get; } = new float[maxCandidates];
}
