using System.Diagnostics;
using RecOps.Shared.Bundles;

namespace RecOps.Training.Evaluation;

/// <summary>How long a ranker takes for one batch: the same one for every model, 32 users of 200 candidates, one thread, on the CPU.</summary>
internal static class BatchTimer
{
    private const int Users = 32;
    private const int Candidates = 200;
    private const int WarmUps = 5;
    private const int Runs = 41;

    /// <param name="file">The ONNX file within the bundle.</param>
    /// <param name="users">Ordinals of the data; as many as needed are taken, from the start again if need be.</param>
    /// <returns>The median, in milliseconds.</returns>
    public static double Measure(Bundle bundle, string file, ShopperInputs inputs, int[] users)
    {
        using var session = new RankerSession(bundle, file, inputs, Users, Candidates, threads: 1);
        int[] batch = [.. Enumerable.Range(0, Users).Select(i => users[i % users.Length])];
        var random = new Random(1);
        long[] candidates = [.. Enumerable.Range(0, Users * Candidates).Select(_ => (long)random.Next(bundle.Manifest.Counts.Items))];
        for (int run = 0; run < WarmUps; run++) session.Run(batch, candidates);
        var times = new double[Runs];
        for (int run = 0; run < Runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            session.Run(batch, candidates);
            times[run] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[Runs / 2];
    }
}
