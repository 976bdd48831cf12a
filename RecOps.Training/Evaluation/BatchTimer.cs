using System.Diagnostics;
using RecOps.Shared.Bundles;

namespace RecOps.Training.Evaluation;

/// <summary>
/// How long a ranker takes for one batch. Every model gets the same batch: 32 users with 200 candidates each, one thread, on the CPU.
/// </summary>
internal static class BatchTimer
{
    private const int Users = 32;
    private const int Candidates = 200;
    private const int WarmUps = 3;
    private const int Runs = 21;

    /// <summary>The models take turns, so that other load on the machine affects all of them alike.</summary>
    /// <param name="files">ONNX files within the bundle.</param>
    /// <param name="users">Ordinals of the data; used in order, and repeated if there are too few.</param>
    /// <returns>Medians in milliseconds, in the order of the files.</returns>
    public static double[] Measure(Bundle bundle, IReadOnlyList<string> files, ShopperInputs inputs, int[] users)
    {
        RankerSession[] sessions = [.. files.Select(file => new RankerSession(bundle, file, inputs, Users, Candidates, threads: 1))];
        try
        {
            return Measure(bundle, sessions, users);
        }
        finally
        {
            Array.ForEach(sessions, session => session.Dispose());
        }
    }

    private static double[] Measure(Bundle bundle, RankerSession[] sessions, int[] users)
    {
        int[] batch = [.. Enumerable.Range(0, Users).Select(i => users[i % users.Length])];
        var random = new Random(1);
        long[] candidates = [.. Enumerable.Range(0, Users * Candidates).Select(_ => (long)random.Next(bundle.Manifest.Counts.Items))];
        double[][] times = Array.ConvertAll(sessions, _ => new double[Runs]);
        for (int run = -WarmUps; run < Runs; run++)
        {
            for (int i = 0; i < sessions.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                sessions[i].Run(batch, candidates);
                if (run >= 0)
                    times[i][run] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        return Array.ConvertAll(
            times,
            runs =>
            {
                Array.Sort(runs);
                return runs[Runs / 2];
            }
        );
    }
}
