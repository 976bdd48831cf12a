namespace RecOps.Serving.Batching;

/// <summary>What a policy may not exceed, in ticks and jobs.</summary>
/// <param name="Lanes">Batches at the same time.</param>
/// <param name="IndependentLanes">Whether each lane has a processor of its own.</param>
/// <param name="MaxBatch">Jobs of a batch.</param>
/// <param name="Sizes">Padded sizes, ascending; the last holds the largest batch.</param>
/// <param name="MaxQueue">Jobs that may wait.</param>
/// <param name="MaxWait">Time a job may wait for others.</param>
/// <param name="Slo">Time that answers should take.</param>
/// <param name="Second">Ticks of a second.</param>
internal sealed record BatchLimits(
    int Lanes,
    bool IndependentLanes,
    int MaxBatch,
    int[] Sizes,
    int MaxQueue,
    long MaxWait,
    long Slo,
    long Second
)
{
    /// <summary>The distinct sizes that a device pads batches of 1 to the most to.</summary>
    /// <param name="maxBatch">The most jobs of a batch.</param>
    /// <param name="paddedSize">What a batch of so many is padded to.</param>
    public static int[] PaddedSizes(int maxBatch, Func<int, int> paddedSize) =>
        [.. Enumerable.Range(1, maxBatch).Select(paddedSize).Distinct().Order()];

    /// <summary>Index of the smallest size that holds so many.</summary>
    public int IndexOf(int count)
    {
        int index = 0;
        while (Sizes[index] < count)
            index++;
        return index;
    }
}
