namespace RecOps.Serving.Batching;

/// <summary>What computes batches: a GPU, or the cores of a CPU.</summary>
internal interface IBatchDevice<TJob>
    where TJob : BatchJob<TJob>
{
    /// <summary>Batches it takes at the same time, 1 or more.</summary>
    int Lanes { get; }

    /// <summary>
    /// Whether each lane has a processor of its own, as the cores of a CPU: a free lane is then an idle device. Otherwise the lanes only
    /// let one batch be prepared while another computes, and the device is idle when all lanes are.
    /// </summary>
    bool IndependentLanes { get; }

    /// <summary>The most jobs it takes at once.</summary>
    int MaxBatch { get; }

    /// <summary>The number of jobs that the device works for when given so many; never fewer, never decreasing.</summary>
    int PaddedSize(int count);

    /// <summary>Fills the jobs' results. Called from any thread, for each lane by one at a time.</summary>
    /// <param name="lane">0 to <see cref="Lanes"/> - 1.</param>
    /// <param name="jobs">One to <see cref="MaxBatch"/>.</param>
    void Run(int lane, ReadOnlySpan<TJob> jobs);
}
