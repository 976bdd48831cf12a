using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;
using RecOps.Shared.Bundles;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Ranking;

/// <summary>Runs the bundle's ONNX model, one job a run, as many runs at a time as there are slots.</summary>
internal sealed class OnnxRanker : IRanker
{
    private readonly InferenceSession _session;
    private readonly TimeProvider _time;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly ConcurrentStack<RankSlot> _slots = new();
    private readonly SemaphoreSlim _free;

    /// <param name="session">Owned; it has been checked against the manifest.</param>
    /// <param name="concurrency">Runs at the same time.</param>
    public OnnxRanker(
        InferenceSession session, ProviderState provider, BundleManifest manifest, int maxCandidates, int concurrency, TimeProvider time)
    {
        _session = session;
        _time = time;
        Provider = provider;
        RankerSignature names = manifest.Ranker;
        _inputNames = [names.User, names.History, names.Candidates, names.Context];
        _outputNames = [names.Score];
        for (int i = 0; i < concurrency; i++) _slots.Push(new RankSlot(manifest, maxCandidates, time));
        _free = new SemaphoreSlim(concurrency, concurrency);
        Warm(manifest, maxCandidates);
    }

    public ProviderState Provider { get; }

    public ValueTask<bool> RankAsync(RankJob job, long deadline)
    {
        long start = _time.GetTimestamp();
        job.QueueTicks = 0;
        return _free.Wait(0) ? new ValueTask<bool>(Run(job, deadline)) : WaitAndRunAsync(job, start, deadline);
    }

    public void Dispose()
    {
        foreach (RankSlot slot in _slots) slot.Dispose();
        _free.Dispose();
        _session.Dispose();
    }

    private async ValueTask<bool> WaitAndRunAsync(RankJob job, long start, long deadline)
    {
        TimeSpan remaining = _time.GetElapsedTime(start, deadline);
        if (remaining <= TimeSpan.Zero || !await _free.WaitAsync(remaining)) return false;
        job.QueueTicks = _time.GetTimestamp() - start;
        return Run(job, deadline);
    }

    /// <summary>Runs in a slot that the caller has taken from the semaphore.</summary>
    private bool Run(RankJob job, long deadline)
    {
        if (!_slots.TryPop(out RankSlot? slot)) throw new InvalidOperationException("The semaphore counts more slots than there are.");
        try
        {
            TimeSpan remaining = _time.GetElapsedTime(_time.GetTimestamp(), deadline);
            return remaining > TimeSpan.Zero && slot.Run(_session, _inputNames, _outputNames, job, remaining);
        }
        finally
        {
            _slots.Push(slot);
            _free.Release();
        }
    }

    /// <summary>Runs every bucket, largest first since the arena only grows, with the last item so that a short item table shows.</summary>
    private void Warm(BundleManifest manifest, int maxCandidates)
    {
        var job = new RankJob(manifest.Dimension, manifest.Counts.History, manifest.Features.Context.Length, maxCandidates);
        Array.Fill(job.History, -1);
        Array.Fill(job.Candidates, manifest.Counts.Items - 1);
        _slots.TryPeek(out RankSlot? slot);
        for (job.Count = maxCandidates; job.Count > 0; job.Count -= RankSlot.BucketSize)
        {
            try
            {
                slot!.Run(_session, _inputNames, _outputNames, job, Timeout.InfiniteTimeSpan);
            }
            catch (OnnxRuntimeException error)
            {
                throw new BundleException(
                    $"{BundleFile.Ranker}: a trial run over items 0 and {manifest.Counts.Items - 1} failed: {error.Message}", error);
            }

            for (int i = 0; i < job.Count; i++)
            {
                if (job.Scores[i] is < 0 or > 1)
                    throw new BundleException($"{BundleFile.Ranker}: a trial run scored {job.Scores[i]}; scores must be 0 to 1.");
            }
        }
    }
}
