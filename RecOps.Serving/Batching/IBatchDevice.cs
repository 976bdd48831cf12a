namespace RecOps.Serving.Batching;

/// <summary>A device that computes batches: a GPU, or the cores of a CPU.</summary>
internal interface IBatchDevice<TJob>
    where TJob : BatchJob<TJob>
{
    /// <summary>Concurrent batches, 1 or more.</summary>
    int Lanes { get; }

    /// <summary>
    /// Whether each lane has its own processor, as with the cores of a CPU: a free lane is then an idle device. Otherwise lanes only let
    /// one batch be prepared while another is computed, and the device is idle when all lanes are.
    /// </summary>
    bool IndependentLanes { get; }

    /// <summary>Largest batch.</summary>
    int MaxBatch { get; }

    /// <summary>The padded size of a batch; never smaller than the batch, never decreasing.</summary>
    int PaddedSize(int count);

    /// <summary>Computes the jobs' results. Called from any thread, but one call at a time per lane.</summary>
    /// <param name="lane">0 to <see cref="Lanes"/> - 1.</param>
    /// <param name="jobs">One to <see cref="MaxBatch"/>.</param>
    void Run(int lane, ReadOnlySpan<TJob> jobs);
}
