using System.Collections.Concurrent;
using System.Numerics;
using Microsoft.ML.OnnxRuntime;
using RecOps.Shared.Bundles;
using RecOps.Shared.Telemetry;

namespace RecOps.Serving.Ranking;

/// <summary>
/// Runs the bundle's ONNX model on batches, each in its own slot. A GPU prefers few shapes, so batches there are padded to powers of two;
/// the CPU takes any size, and padding would be wasted work.
/// </summary>
internal sealed class OnnxRanker : IRanker
{
    private readonly InferenceSession _session;
    private readonly TimeProvider _time;
    private readonly bool _padded;
    private readonly ConcurrentStack<RankSlot> _slots = new();

    /// <param name="session">Owned; already checked against the manifest.</param>
    /// <param name="limits">With the number of lanes already chosen.</param>
    public OnnxRanker(InferenceSession session, ProviderState provider, BundleManifest manifest, RankerLimits limits, TimeProvider time)
    {
        _session = session;
        _time = time;
        _padded = provider.Actual != ExecutionProvider.Cpu.Name;
        Provider = provider;
        Lanes = limits.Lanes;
        MaxBatch = limits.Batch;
        for (int i = 0; i < limits.Lanes; i++)
            _slots.Push(new RankSlot(manifest, limits, time));
        Warm(manifest, limits);
    }

    public ProviderState Provider { get; }

    public int Lanes { get; }

    public int MaxBatch { get; }

    public int PaddedSize(int count) => _padded ? Math.Min((int)BitOperations.RoundUpToPowerOf2((uint)count), MaxBatch) : count;

    public bool Rank(ReadOnlySpan<RankJob> jobs, long deadline)
    {
        TimeSpan remaining = _time.GetElapsedTime(_time.GetTimestamp(), deadline);
        if (remaining <= TimeSpan.Zero)
            return false;
        if (!_slots.TryPop(out RankSlot? slot))
            throw new InvalidOperationException($"More than {Lanes} batches were ranked at once.");
        try
        {
            return slot.Run(_session, jobs, PaddedSize(jobs.Length), remaining);
        }
        finally
        {
            _slots.Push(slot);
        }
    }

    public void Dispose()
    {
        foreach (RankSlot slot in _slots)
            slot.Dispose();
        _session.Dispose();
    }

    /// <summary>
    /// Runs every bucket of every slot, largest first since the arena only grows. The last item is included so that an item table that is
    /// too short shows.
    /// </summary>
    private void Warm(BundleManifest manifest, RankerLimits limits)
    {
        RankJob[] jobs = new RankJob[limits.Batch];
        for (int i = 0; i < jobs.Length; i++)
        {
            jobs[i] = new RankJob(manifest, limits.Candidates);
            Array.Fill(jobs[i].History, -1);
            Array.Fill(jobs[i].Candidates, manifest.Counts.Items - 1);
        }

        foreach (RankSlot slot in _slots)
        {
            for (int rows = limits.Batch; rows > 0; rows /= 2)
            {
                for (int count = limits.Candidates; count > 0; count -= RankSlot.WidthStep)
                    Try(slot, jobs.AsSpan(0, rows), count, manifest);
            }
        }
    }

    private void Try(RankSlot slot, ReadOnlySpan<RankJob> jobs, int count, BundleManifest manifest)
    {
        foreach (RankJob job in jobs)
            job.Count = count;
        try
        {
            slot.Run(_session, jobs, PaddedSize(jobs.Length), Timeout.InfiniteTimeSpan);
        }
        catch (OnnxRuntimeException error)
        {
            throw new BundleException(
                $"{BundleFile.Ranker}: a trial run over items 0 and {manifest.Counts.Items - 1} failed: {RuntimeError.Describe(error)}",
                error
            );
        }

        if (slot.NotFinite > 0)
            throw new BundleException($"{BundleFile.Ranker}: a trial run scored NaN or infinity; scores must be 0 to 1.");
        foreach (RankJob job in jobs)
        {
            for (int i = 0; i < count; i++)
            {
                if (job.Scores[i] is not (>= 0 and <= 1))
                    throw new BundleException($"{BundleFile.Ranker}: a trial run scored {job.Scores[i]}; scores must be 0 to 1.");
            }
        }
    }
}
