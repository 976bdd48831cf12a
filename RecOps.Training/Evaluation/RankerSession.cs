using Microsoft.ML.OnnxRuntime;
using RecOps.Shared.Bundles;

namespace RecOps.Training.Evaluation;

/// <summary>An ONNX ranker of a bundle on the CPU, with buffers for batches up to a fixed size.</summary>
internal sealed class RankerSession : IDisposable
{
    private readonly string _file;
    private readonly ShopperInputs _inputs;
    private readonly SessionOptions _options;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly float[] _users;
    private readonly long[] _histories;
    private readonly long[] _types;
    private readonly float[] _ages;
    private readonly float[] _contexts;
    private readonly float[][] _scores;

    /// <param name="file">Name within the bundle.</param>
    /// <param name="maxUsers">Largest batch.</param>
    /// <param name="maxCandidates">Most candidates of each user.</param>
    /// <param name="threads">0 for all cores.</param>
    /// <param name="more">Outputs to read beside the score, which the model may lack.</param>
    /// <exception cref="BundleException">It is not an ONNX model, or its inputs or outputs differ from bundle.json.</exception>
    public RankerSession(
        Bundle bundle,
        string file,
        ShopperInputs inputs,
        int maxUsers,
        int maxCandidates,
        int threads,
        params string[] more
    )
    {
        _file = file;
        _inputs = inputs;
        RankerSignature names = bundle.Manifest.Ranker;
        _inputNames = [.. names.Inputs];
        _users = new float[maxUsers * inputs.Dimension];
        _histories = new long[maxUsers * inputs.HistoryLength];
        _types = new long[names.HistoryTypes is null ? 0 : _histories.Length];
        _ages = new float[names.HistoryAges is null ? 0 : _histories.Length];
        _contexts = new float[maxUsers * inputs.Context.Length];
        // The runtime warns about a teacher's optional input, which is intended.
        _options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        _options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _options.AddSessionConfigEntry("session.x64quantprecision", "1");
        try
        {
            _session = new InferenceSession(bundle.PathOf(file), _options);
        }
        catch (OnnxRuntimeException error)
        {
            _options.Dispose();
            throw new BundleException($"{file}: ONNX Runtime cannot open the model: {error.Message}", error);
        }

        _outputNames = [names.Score, .. more.Where(_session.OutputMetadata.ContainsKey)];
        _scores = [.. _outputNames.Select(_ => new float[maxUsers * maxCandidates])];
        IEnumerable<string> missing = _inputNames
            .Except(_session.InputMetadata.Keys)
            .Concat(_outputNames.Except(_session.OutputMetadata.Keys));
        if (missing.FirstOrDefault() is { } name)
        {
            Dispose();
            throw new BundleException($"{file}: the model has no input or output '{name}', which {BundleFile.Manifest} names.");
        }
    }

    /// <summary>The score, and those of the outputs asked for that the model has.</summary>
    public IReadOnlyList<string> Outputs => _outputNames;

    /// <summary>Scores the same number of candidates for each user.</summary>
    /// <param name="users">Ordinals of the data.</param>
    /// <param name="candidates">[users, candidates] ordinals of the bundle.</param>
    /// <returns>For each of <see cref="Outputs"/>, [users, candidates] and unused space; overwritten by the next call.</returns>
    public IReadOnlyList<float[]> Run(ReadOnlySpan<int> users, Memory<long> candidates)
    {
        int batch = users.Length;
        int width = _inputs.Context.Length;
        for (int i = 0; i < batch; i++)
        {
            _inputs.VectorOf(users[i]).CopyTo(_users.AsSpan(i * _inputs.Dimension));
            _inputs.HistoryOf(users[i]).CopyTo(_histories.AsSpan(i * _inputs.HistoryLength));
            if (_types.Length > 0)
                _inputs.TypesOf(users[i]).CopyTo(_types.AsSpan(i * _inputs.HistoryLength));
            if (_ages.Length > 0)
                _inputs.AgesOf(users[i]).CopyTo(_ages.AsSpan(i * _inputs.HistoryLength));
            _inputs.Context.CopyTo(_contexts.AsSpan(i * width));
        }

        OrtMemoryInfo cpu = OrtMemoryInfo.DefaultInstance;
        int h = _inputs.HistoryLength;

        // In the order of RankerSignature.Inputs.
        List<OrtValue> values =
        [
            Over(_users, batch, _inputs.Dimension),
            Over(_histories, batch, h),
            OrtValue.CreateTensorValueFromMemory(cpu, candidates, [batch, candidates.Length / batch]),
            Over(_contexts, batch, width),
        ];
        if (_types.Length > 0)
            values.Add(Over(_types, batch, h));
        if (_ages.Length > 0)
            values.Add(Over(_ages, batch, h));
        OrtValue[] scores = Array.ConvertAll(
            _scores,
            memory => OrtValue.CreateTensorValueFromMemory(cpu, memory.AsMemory(0, candidates.Length), [batch, candidates.Length / batch])
        );
        try
        {
            _session.Run(_run, _inputNames, values, _outputNames, scores);
        }
        catch (OnnxRuntimeException error)
        {
            throw new BundleException(
                $"{_file}: the model rejects the inputs that {BundleFile.Manifest} describes: {error.Message}",
                error
            );
        }
        finally
        {
            values.ForEach(value => value.Dispose());
            Array.ForEach(scores, score => score.Dispose());
        }

        return _scores;
    }

    private static OrtValue Over<T>(T[] memory, int rows, int columns)
        where T : unmanaged =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory.AsMemory(0, rows * columns), [rows, columns]);

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
        _run.Dispose();
    }
}
