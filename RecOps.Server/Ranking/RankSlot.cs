using Microsoft.ML.OnnxRuntime;
using RecOps.Shared.Bundles;

namespace RecOps.Server.Ranking;

/// <summary>
/// Pinned memory for one run and the runtime's view of it: one set of inputs and output for each bucket of candidates, all over the
/// same memory, so that a run allocates no tensors.
/// </summary>
internal sealed class RankSlot : IDisposable
{
    /// <summary>Candidates are padded to a multiple of this, so that the runtime sees few shapes and its memory plan is reused.</summary>
    public const int BucketSize = 64;

    private readonly float[] _user;
    private readonly long[] _history;
    private readonly long[] _candidates;
    private readonly float[] _context;
    private readonly float[] _scores;
    private readonly OrtValue[][] _inputs;
    private readonly OrtValue[][] _outputs;
    private readonly RunOptions _options = new();
    private readonly ITimer _watch;
    private int _armed;

    public RankSlot(BundleManifest manifest, int maxCandidates, TimeProvider time)
    {
        int buckets = Buckets(maxCandidates);
        int context = manifest.Features.Context.Length;
        _user = GC.AllocateArray<float>(manifest.Dimension, pinned: true);
        _history = GC.AllocateArray<long>(manifest.Counts.History, pinned: true);
        _candidates = GC.AllocateArray<long>(buckets * BucketSize, pinned: true);
        _context = GC.AllocateArray<float>(context, pinned: true);
        _scores = GC.AllocateArray<float>(buckets * BucketSize, pinned: true);
        _inputs = new OrtValue[buckets][];
        _outputs = new OrtValue[buckets][];
        for (int bucket = 0; bucket < buckets; bucket++)
        {
            int width = (bucket + 1) * BucketSize;
            _inputs[bucket] =
            [
                Over(_user.AsMemory(), manifest.Dimension),
                Over(_history.AsMemory(), manifest.Counts.History),
                Over(_candidates.AsMemory(0, width), width),
                Over(_context.AsMemory(), context),
            ];
            _outputs[bucket] = [Over(_scores.AsMemory(0, width), width)];
        }

        // A run that nobody waits for any more is ended between two nodes.
        _watch = time.CreateTimer(
            static slot =>
            {
                var self = (RankSlot)slot!;
                if (Volatile.Read(ref self._armed) == 1) self._options.Terminate = true;
            },
            this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public static int Buckets(int candidates) => Math.Max(1, (candidates + BucketSize - 1) / BucketSize);

    /// <summary>Runs the model for one job.</summary>
    /// <returns>False when the time was not enough.</returns>
    /// <exception cref="OnnxRuntimeException">The model failed.</exception>
    public bool Run(InferenceSession session, string[] inputNames, string[] outputNames, RankJob job, TimeSpan remaining)
    {
        job.User.CopyTo(_user, 0);
        job.History.CopyTo(_history, 0);
        job.Context.CopyTo(_context, 0);
        int bucket = Buckets(job.Count) - 1;
        for (int i = 0; i < job.Count; i++) _candidates[i] = job.Candidates[i];

        // Padding has to be an item that exists; its score is dropped.
        Array.Clear(_candidates, job.Count, ((bucket + 1) * BucketSize) - job.Count);
        _options.Terminate = false;
        Volatile.Write(ref _armed, 1);
        _watch.Change(remaining, Timeout.InfiniteTimeSpan);
        try
        {
            session.Run(_options, inputNames, _inputs[bucket], outputNames, _outputs[bucket]);
        }
        catch (OnnxRuntimeException) when (_options.Terminate)
        {
            return false;
        }
        finally
        {
            Volatile.Write(ref _armed, 0);
            _watch.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        for (int i = 0; i < job.Count; i++) job.Scores[i] = float.IsFinite(_scores[i]) ? _scores[i] : 0;
        return true;
    }

    public void Dispose()
    {
        _watch.Dispose();
        foreach (OrtValue[] values in _inputs) Array.ForEach(values, value => value.Dispose());
        foreach (OrtValue[] values in _outputs) Array.ForEach(values, value => value.Dispose());
        _options.Dispose();
    }

    private static OrtValue Over<T>(Memory<T> memory, int columns)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, [1, columns]);
}
