using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using RecOps.Shared.Bundles;

namespace RecOps.Bench.Distillation;

/// <summary>How long each of a bundle's ONNX models takes for the same batch.</summary>
internal static class RankerTimes
{
    private const int Candidates = 200;
    private const int WarmUps = 3;
    private const int Rounds = 31;

    /// <param name="files">Files of the bundle; all have the ranker's inputs.</param>
    /// <param name="batch">Number of users.</param>
    /// <returns>Medians in milliseconds, in the order of the files.</returns>
    public static double[] Measure(Bundle bundle, string[] files, int batch)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        InferenceSession[] sessions = [.. files.Select(file => new InferenceSession(bundle.PathOf(file), options))];
        using var run = new RunOptions();
        RankerSignature names = bundle.Manifest.Ranker;
        string[] inputs = [.. names.Inputs];
        OrtValue[] values = Inputs(bundle, batch);
        using OrtValue score = OrtValue.CreateTensorValueFromMemory(new float[batch * Candidates], [batch, Candidates]);
        var times = new double[files.Length][];
        try
        {
            for (int i = 0; i < files.Length; i++)
                times[i] = new double[Rounds];
            for (int round = -WarmUps; round < Rounds; round++)
            {
                for (int i = 0; i < sessions.Length; i++)
                {
                    long start = Stopwatch.GetTimestamp();
                    sessions[i].Run(run, inputs, values, [names.Score], [score]);
                    if (round >= 0)
                        times[i][round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                }
            }
        }
        finally
        {
            Array.ForEach(values, value => value.Dispose());
            Array.ForEach(sessions, session => session.Dispose());
        }

        return Array.ConvertAll(
            times,
            rounds =>
            {
                Array.Sort(rounds);
                return rounds[Rounds / 2];
            }
        );
    }

    private static OrtValue[] Inputs(Bundle bundle, int batch)
    {
        BundleCounts counts = bundle.Manifest.Counts;
        (int d, int h, int c) = (bundle.Manifest.Dimension, counts.History, bundle.Manifest.Features.Context.Length);
        var random = new Random(1);
        var (users, histories, candidates) = (new float[batch * d], new long[batch * h], new long[batch * Candidates]);
        for (int row = 0; row < batch; row++)
        {
            int user = (int)((long)row * counts.Users / batch);
            for (int i = 0; i < d; i++)
                users[(row * d) + i] = (float)bundle.UserEmbeddings[user][i];
            for (int i = 0; i < h; i++)
                histories[(row * h) + i] = bundle.UserHistories[user][i];
            for (int i = 0; i < Candidates; i++)
                candidates[(row * Candidates) + i] = random.Next(counts.Items);
        }

        List<OrtValue> inputs =
        [
            OrtValue.CreateTensorValueFromMemory(users, [batch, d]),
            OrtValue.CreateTensorValueFromMemory(histories, [batch, h]),
            OrtValue.CreateTensorValueFromMemory(candidates, [batch, Candidates]),
            OrtValue.CreateTensorValueFromMemory(new float[batch * c], [batch, c]),
        ];

        // Any values do: they do not change the time.
        if (bundle.Manifest.Ranker.HistoryTypes is not null)
            inputs.Add(OrtValue.CreateTensorValueFromMemory(new long[batch * h], [batch, h]));
        if (bundle.Manifest.Ranker.HistoryAges is not null)
            inputs.Add(OrtValue.CreateTensorValueFromMemory(new float[batch * h], [batch, h]));
        return [.. inputs];
    }
}
