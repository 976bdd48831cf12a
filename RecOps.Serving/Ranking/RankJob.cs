namespace RecOps.Serving.Ranking;

/// <summary>One shopper's ranker inputs, and space for the output.</summary>
internal sealed class RankJob(int dimension, int history, int context, int maxCandidates)
{
    /// <summary>[d].</summary>
    public float[] User { get; } = new float[dimension];

    /// <summary>[h] ordinals, newest first, -1 pads.</summary>
    public long[] History { get; } = new long[history];

    /// <summary>[c].</summary>
    public float[] Context { get; } = new float[context];

    /// <summary>Ordinals; the first <see cref="Count"/> are valid.</summary>
    public int[] Candidates { get; } = new int[maxCandidates];

    public int Count { get; set; }

    /// <summary>One for each candidate, 0 to 1.</summary>
    public float[] Scores { get; } = new float[maxCandidates];
}
