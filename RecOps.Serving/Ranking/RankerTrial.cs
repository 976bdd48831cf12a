using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Ranking;

/// <summary>
/// Compares another precision of the ranker with the plain one, on users of the bundle. It is used if it ranks the same and is faster on
/// this machine.
/// </summary>
internal sealed class RankerTrial(Bundle bundle, TimeProvider time) : IDisposable
{
    private const int Users = 64;
    private const int Batch = 8;
    private const int Candidates = 256;
    private const int Top = 10;
    private const int Rounds = 9;
    private const double EqualRanking = 0.99;

    // A smaller gain is noise, and not worth another precision.
    private const double ClearlyFaster = 0.95;

    private readonly RankJob[] _jobs = Sample(bundle);
    private int _notFinite;
    private readonly RankSlot _slot = new(bundle.Manifest, new RankerLimits(Candidates, Batch, 1), time);

    /// <param name="Overlap">Mean share of common items among the first ten.</param>
    /// <param name="Speed">Its time ÷ time of the plain one.</param>
    internal readonly record struct Result(double Overlap, double Speed)
    {
        public bool IsBetter => Overlap >= EqualRanking && Speed <= ClearlyFaster;
    }

    public Result Compare(InferenceSession plain, InferenceSession other)
    {
        var plainTimes = new double[Rounds];
        var otherTimes = new double[Rounds];
        var plainTops = new int[_jobs.Length][];
        double shared = 0;
        for (int round = 0; round < Rounds; round++)
        {
            // Alternating, so that other load on the machine affects both.
            plainTimes[round] = Run(plain);
            for (int i = 0; i < _jobs.Length; i++)
                plainTops[i] = TopOf(_jobs[i]);
            otherTimes[round] = Run(other);
        }

        for (int i = 0; i < _jobs.Length; i++)
            shared += plainTops[i].Intersect(TopOf(_jobs[i])).Count() / (double)Top;
        return new Result(shared / _jobs.Length, Median(otherTimes) / Median(plainTimes));
    }

    /// <summary>Runs it for users of the bundle.</summary>
    /// <param name="file">File name of the ranker.</param>
    /// <exception cref="BundleException">It fails, or a score is invalid.</exception>
    public void Verify(InferenceSession session, string file)
    {
        try
        {
            Run(session);
        }
        catch (OnnxRuntimeException error)
        {
            throw new BundleException($"{file}: a trial run for users of the bundle failed: {RuntimeError.Describe(error)}", error);
        }

        if (_notFinite > 0)
            throw new BundleException($"{file}: a trial run for users of the bundle scored NaN or infinity; scores must be 0 to 1.");
        foreach (RankJob job in _jobs)
        {
            for (int i = 0; i < job.Count; i++)
            {
                if (job.Scores[i] is not (>= 0 and <= 1))
                    throw new BundleException(
                        $"{file}: a trial run scored item {job.Candidates[i]} {job.Scores[i]}; scores must be 0 to 1."
                    );
            }
        }
    }

    public void Dispose() => _slot.Dispose();

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }

    private static int[] TopOf(RankJob job) =>
        [.. Enumerable.Range(0, job.Count).OrderByDescending(i => job.Scores[i]).Take(Top).Select(i => job.Candidates[i])];

    /// <summary>Users from across the bundle, each with their history, their cluster's popular items and a sample of all others.</summary>
    private static RankJob[] Sample(Bundle bundle)
    {
        BundleCounts counts = bundle.Manifest.Counts;
        var random = new Random(1);
        var jobs = new RankJob[Math.Min(Users, counts.Users)];
        for (int i = 0; i < jobs.Length; i++)
        {
            int user = (int)((long)i * counts.Users / jobs.Length);
            var job = new RankJob(bundle.Manifest, Candidates);
            for (int k = 0; k < job.User.Length; k++)
                job.User[k] = (float)bundle.UserEmbeddings[user][k];
            for (int k = 0; k < job.History.Length; k++)
                job.History[k] = bundle.UserHistories[user][k];
            for (int k = 0; k < job.HistoryTypes.Length; k++)
                job.HistoryTypes[k] = bundle.UserHistoryTypes!.Value[user][k];
            for (int k = 0; k < job.HistoryAges.Length; k++)
                job.HistoryAges[k] = (float)bundle.UserHistoryAges!.Value[user][k];
            int cluster = bundle.UserClusters[user][0];
            ReadOnlySpan<int> popular = cluster < 0 ? [] : bundle.ClusterPopular[cluster];
            var candidates = new HashSet<int>();
            foreach (long item in job.History.Where(item => item >= 0).Take(Candidates / 4))
                candidates.Add((int)item);
            foreach (int item in popular)
            {
                if (item >= 0 && candidates.Count < Candidates / 2)
                    candidates.Add(item);
            }

            while (candidates.Count < Math.Min(Candidates, counts.Items))
                candidates.Add(random.Next(counts.Items));
            candidates.CopyTo(job.Candidates);
            job.Count = candidates.Count;
            jobs[i] = job;
        }

        return jobs;
    }

    private double Run(InferenceSession session)
    {
        long start = Stopwatch.GetTimestamp();
        for (int first = 0; first < _jobs.Length; first += Batch)
        {
            ReadOnlySpan<RankJob> batch = _jobs.AsSpan(first, Math.Min(Batch, _jobs.Length - first));
            _slot.Run(session, batch, batch.Length, Timeout.InfiniteTimeSpan);
            _notFinite += _slot.NotFinite;
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
