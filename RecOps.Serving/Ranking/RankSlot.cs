using Microsoft.ML.OnnxRuntime;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Ranking;

/// <summary>
/// Pinned memory for one batch, and the runtime's views of it. The views of all shapes share the memory and are cached, so that a run
/// allocates no tensors.
/// </summary>
internal sealed class RankSlot : IDisposable
{
    /// <summary>Candidates are padded to a multiple of this, so that the runtime sees few shapes and reuses its memory plan.</summary>
    public const int WidthStep = 64;

    private readonly int _dimension;
    private readonly int _historyLength;
    private readonly int _contextColumns;
    private readonly float[] _user;
    private readonly long[] _history;
    private readonly long[] _historyTypes;
    private readonly float[] _historyAges;
    private readonly long[] _candidates;
    private readonly float[] _context;
    private readonly float[] _scores;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly Dictionary<(int Rows, int Width), (OrtValue[] Inputs, OrtValue[] Outputs)> _views = [];
    private readonly RunOptions _options = new();
    private readonly ITimer _watch;
    private readonly Lock _arming = new();
    private bool _armed;

    public RankSlot(BundleManifest manifest, RankerLimits limits, TimeProvider time)
    {
        RankerSignature names = manifest.Ranker;
        _dimension = manifest.Dimension;
        _historyLength = manifest.Counts.History;
        _contextColumns = manifest.Features.Context.Length;
        _inputNames = [.. names.Inputs];
        _outputNames = [names.Score];
        int width = PaddedWidth(limits.Candidates);
        _user = GC.AllocateArray<float>(limits.Batch * _dimension, pinned: true);
        _history = GC.AllocateArray<long>(limits.Batch * _historyLength, pinned: true);
        _historyTypes = GC.AllocateArray<long>(names.HistoryTypes is null ? 0 : limits.Batch * _historyLength, pinned: true);
        _historyAges = GC.AllocateArray<float>(names.HistoryAges is null ? 0 : limits.Batch * _historyLength, pinned: true);
        _candidates = GC.AllocateArray<long>(limits.Batch * width, pinned: true);
        _context = GC.AllocateArray<float>(limits.Batch * _contextColumns, pinned: true);
        _scores = GC.AllocateArray<float>(limits.Batch * width, pinned: true);

        // Ends an abandoned run between two nodes.
        _watch = time.CreateTimer(
            static slot =>
            {
                var self = (RankSlot)slot!;
                lock (self._arming)
                {
                    if (self._armed)
                        self._options.Terminate = true;
                }
            },
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    public static int PaddedWidth(int candidates) => Math.Max(1, (candidates + WidthStep - 1) / WidthStep) * WidthStep;

    /// <summary>Scores of the last batch that were NaN or infinite; they count as 0.</summary>
    public int NotFinite { get; private set; }

    /// <summary>Runs the model for a batch.</summary>
    /// <param name="rows">Rows to run, at least as many as jobs. The others hold an earlier batch's data, which is valid input.</param>
    /// <returns>False when the time ran out.</returns>
    /// <exception cref="OnnxRuntimeException">The model failed.</exception>
    public bool Run(InferenceSession session, ReadOnlySpan<RankJob> jobs, int rows, TimeSpan remaining)
    {
        int most = 0;
        foreach (RankJob job in jobs)
            most = Math.Max(most, job.Count);
        int width = PaddedWidth(most);
        for (int row = 0; row < jobs.Length; row++)
            Write(jobs[row], row, width);
        (OrtValue[] inputs, OrtValue[] outputs) = View(rows, width);
        Arm(true);
        _watch.Change(remaining, Timeout.InfiniteTimeSpan);
        try
        {
            session.Run(_options, _inputNames, inputs, _outputNames, outputs);
        }
        catch (OnnxRuntimeException) when (_options.Terminate)
        {
            return false;
        }
        finally
        {
            Arm(false);
            _watch.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        NotFinite = 0;
        for (int row = 0; row < jobs.Length; row++)
            Read(jobs[row], row, width);
        return true;
    }

    public void Dispose()
    {
        _watch.Dispose();
        foreach ((OrtValue[] inputs, OrtValue[] outputs) in _views.Values)
        {
            Array.ForEach(inputs, value => value.Dispose());
            Array.ForEach(outputs, value => value.Dispose());
        }

        _options.Dispose();
    }

    /// <summary>Call under the lock: a late timer must not end a later run, nor touch closed options.</summary>
    private void Arm(bool armed)
    {
        lock (_arming)
        {
            if (armed)
                _options.Terminate = false;
            _armed = armed;
        }
    }

    private static OrtValue Over<T>(T[] memory, int rows, int columns)
        where T : unmanaged =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory.AsMemory(0, rows * columns), [rows, columns]);

    private void Write(RankJob job, int row, int width)
    {
        job.User.CopyTo(_user, row * _dimension);
        job.History.CopyTo(_history, row * _historyLength);
        job.HistoryTypes.CopyTo(_historyTypes, _historyTypes.Length == 0 ? 0 : row * _historyLength);
        job.HistoryAges.CopyTo(_historyAges, _historyAges.Length == 0 ? 0 : row * _historyLength);
        job.Context.CopyTo(_context, row * _contextColumns);
        Span<long> candidates = _candidates.AsSpan(row * width, width);
        for (int i = 0; i < job.Count; i++)
            candidates[i] = job.Candidates[i];

        // Padding must be an existing item; its score is dropped.
        candidates[job.Count..].Clear();
    }

    private void Read(RankJob job, int row, int width)
    {
        ReadOnlySpan<float> scores = _scores.AsSpan(row * width, job.Count);
        for (int i = 0; i < scores.Length; i++)
        {
            bool isFinite = float.IsFinite(scores[i]);
            job.Scores[i] = isFinite ? scores[i] : 0;
            if (!isFinite)
                NotFinite++;
        }
    }

    private (OrtValue[] Inputs, OrtValue[] Outputs) View(int rows, int width)
    {
        if (_views.TryGetValue((rows, width), out (OrtValue[], OrtValue[]) made))
            return made;
        // In the order of RankerSignature.Inputs.
        List<OrtValue> inputs =
        [
            Over(_user, rows, _dimension),
            Over(_history, rows, _historyLength),
            Over(_candidates, rows, width),
            Over(_context, rows, _contextColumns),
        ];
        if (_historyTypes.Length > 0)
            inputs.Add(Over(_historyTypes, rows, _historyLength));
        if (_historyAges.Length > 0)
            inputs.Add(Over(_historyAges, rows, _historyLength));
        return _views[(rows, width)] = ([.. inputs], [Over(_scores, rows, width)]);
    }
}
