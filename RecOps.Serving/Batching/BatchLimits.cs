namespace RecOps.Serving.Batching;

/// <summary>Limits of a policy, in ticks and jobs.</summary>
/// <param name="Lanes">Concurrent batches.</param>
/// <param name="IndependentLanes">Whether each lane has its own processor.</param>
/// <param name="MaxBatch">Largest batch.</param>
/// <param name="Sizes">Padded sizes, ascending; the last holds the largest batch.</param>
/// <param name="MaxQueue">Jobs that may wait.</param>
/// <param name="MaxWait">Longest time that a job may wait for others.</param>
/// <param name="Slo">Target response time.</param>
/// <param name="Second">Ticks per second.</param>
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
    /// <summary>The distinct padded sizes of batches from 1 to the largest.</summary>
    /// <param name="maxBatch">Largest batch.</param>
    /// <param name="paddedSize">Padded size of a batch.</param>
    public static int[] PaddedSizes(int maxBatch, Func<int, int> paddedSize) =>
        [.. Enumerable.Range(1, maxBatch).Select(paddedSize).Distinct().Order()];

    /// <summary>Index of the smallest size that holds this many jobs.</summary>
    public int IndexOf(int count)
    {
        int index = 0;
        while (Sizes[index] < count)
            index++;
        return index;
    }
}
