using RecOps.Server.Ranking;
using RecOps.Shared.Bundles;
using RecOps.Shared.Telemetry;

namespace RecOps.Tests.Server.Ranking;

/// <summary>A ranker whose every answer a test decides.</summary>
internal sealed class StubRanker(Func<RankJob, ValueTask<bool>> rank) : IRanker, IRankerFactory
{
    public ProviderState Provider { get; } = new("auto", "stub", "A test's own.");

    public IRanker Open(Bundle bundle, int maxCandidates) => this;

    public ValueTask<bool> RankAsync(RankJob job, long deadline) => rank(job);

    public void Dispose()
    {
    }
}
