using System.Collections.Concurrent;
using RecOps.Serving.Ranking;
using RecOps.Shared.Bundles;
using RecOps.Shared.Telemetry;

namespace RecOps.Tests.Serving.Ranking;

/// <summary>A ranker whose every answer a test decides. It claims not to be a CPU, so that no caller's thread has to run it.</summary>
/// <param name="rank">Returns false when there was no time.</param>
internal sealed class StubRanker(Func<bool> rank) : IRanker, IRankerFactory
{
    public ProviderState Provider { get; } = new("auto", "stub", "A test's own.");

    public int Lanes => 1;

    public int MaxBatch => 8;

    public IRanker Open(Bundle bundle, RankerLimits limits) => this;

    public int PaddedSize(int count) => count;

    /// <summary>Sizes of the batches so far.</summary>
    public ConcurrentQueue<int> Batches { get; } = [];

    public bool Rank(ReadOnlySpan<RankJob> jobs, long deadline)
    {
        Batches.Enqueue(jobs.Length);
        return rank();
    }

    public void Dispose() { }
}
