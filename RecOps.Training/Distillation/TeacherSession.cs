using Microsoft.ML.OnnxRuntime;
using RecOps.Shared.Bundles;
using RecOps.Training.Import;
using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using RecOps.Training.Models.Teachers;
using RecOps.Training.Progress;

namespace RecOps.Training.Distillation;

/// <summary>Runs an exported teacher or ensemble on past lessons, with the trends of each lesson's time.</summary>
internal sealed class TeacherSession : IDisposable
{
    private const int BatchSize = 32;

    // Scores are probabilities; closer to 0 or 1 their logits would be noise.
    private const float Nearest = 1e-7f;
    private readonly string _path;
    private readonly SessionOptions _options = new()
    {
        IntraOpNumThreads = 0,
        InterOpNumThreads = 1,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly RankerSignature _names;

    /// <param name="path">ONNX, as <see cref="TeacherGraph"/> writes it.</param>
    /// <exception cref="TrainingException">It is not such a model.</exception>
    public TeacherSession(string path, RankerSignature names)
    {
        _path = path;
        _names = names;
        _options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            _session = new InferenceSession(path, _options);
        }
        catch (OnnxRuntimeException error)
        {
            _options.Dispose();
            throw new TrainingException($"{path}: ONNX Runtime cannot open the model: {error.Message}");
        }

        if (!_session.OverridableInitializerMetadata.ContainsKey(TeacherGraph.Trends) || !_session.InputMetadata.ContainsKey(names.User))
        {
            Dispose();
            throw new TrainingException(
                $"{path} cannot score past lessons: it has no optional input '{TeacherGraph.Trends}'. Only teachers that this "
                    + $"program trained can be used again."
            );
        }
    }

    /// <summary>Scores every pool.</summary>
    /// <param name="name">Shown in the progress display.</param>
    /// <returns>[lessons, width] calibrated logits.</returns>
    public float[] Score(LessonReader reader, LessonPools pools, string name, ITrainingProgress progress, CancellationToken cancellation)
    {
        TrainingSample[] samples = reader.Samples.All;
        var logits = new float[pools.Candidates.Length];
        using IProgressTask task = progress.Start(name, pools.Lessons.Length);
        int done = 0;

        // The trends tensor is built once for all lessons of a snapshot.
        foreach (IGrouping<int, int> moment in Enumerable.Range(0, pools.Lessons.Length).GroupBy(row => samples[pools.Lessons[row]].Moment))
        {
            float[] trends = reader.TrendsAt(moment.Key).ToArray();
            foreach (int[] rows in moment.Chunk(BatchSize))
            {
                cancellation.ThrowIfCancellationRequested();
                Run(reader, pools, rows, samples, trends, logits);
                done += rows.Length;
                task.Report(done);
            }
        }

        return logits;
    }

    public void Dispose()
    {
        _session?.Dispose();
        _options.Dispose();
        _run.Dispose();
    }

    private void Run(LessonReader reader, LessonPools pools, int[] rows, TrainingSample[] samples, float[] trends, float[] logits)
    {
        (int b, int h, int k, int c) = (rows.Length, reader.HistoryLength, pools.Width, reader.ContextColumns);
        var (histories, unused) = (new long[b * h], new float[h]);
        var (types, ages) = (new long[b * h], new float[b * h]);
        var (candidates, contexts, scores) = (new long[b * k], new float[b * c], new float[b * k]);
        for (int i = 0; i < b; i++)
        {
            TrainingSample sample = samples[pools.Lessons[rows[i]]];
            reader.ReadHistory(sample, histories.AsSpan(i * h, h), unused);
            reader.ReadEvents(sample, types.AsSpan(i * h, h), ages.AsSpan(i * h, h));
            reader.ReadContext(sample, contexts.AsSpan(i * c, c));
            for (int j = 0; j < k; j++)
                candidates[(i * k) + j] = pools.Candidates[(rows[i] * k) + j];
        }

        OrtMemoryInfo cpu = OrtMemoryInfo.DefaultInstance;
        using OrtValue user = OrtValue.CreateTensorValueFromMemory(cpu, new float[b].AsMemory(), [b, 1]);
        using OrtValue history = OrtValue.CreateTensorValueFromMemory(cpu, histories.AsMemory(), [b, h]);
        using OrtValue candidate = OrtValue.CreateTensorValueFromMemory(cpu, candidates.AsMemory(), [b, k]);
        using OrtValue context = OrtValue.CreateTensorValueFromMemory(cpu, contexts.AsMemory(), [b, c]);
        using OrtValue typed = OrtValue.CreateTensorValueFromMemory(cpu, types.AsMemory(), [b, h]);
        using OrtValue aged = OrtValue.CreateTensorValueFromMemory(cpu, ages.AsMemory(), [b, h]);
        using OrtValue trend = OrtValue.CreateTensorValueFromMemory(cpu, trends.AsMemory(), [reader.Items, ItemTrends.Columns]);
        using OrtValue score = OrtValue.CreateTensorValueFromMemory(cpu, scores.AsMemory(), [b, k]);
        try
        {
            _session.Run(
                _run,
                [.. _names.Inputs, TeacherGraph.Trends],
                _names.HistoryTypes is null
                    ? [user, history, candidate, context, trend]
                    : [user, history, candidate, context, typed, aged, trend],
                [_names.Score],
                [score]
            );
        }
        catch (OnnxRuntimeException error)
        {
            throw new TrainingException($"{_path} does not fit this data: {error.Message}");
        }

        for (int i = 0; i < b; i++)
        {
            for (int j = 0; j < k; j++)
            {
                float p = Math.Clamp(scores[(i * k) + j], Nearest, 1 - Nearest);
                logits[(rows[i] * k) + j] = MathF.Log(p / (1 - p));
            }
        }
    }
}
