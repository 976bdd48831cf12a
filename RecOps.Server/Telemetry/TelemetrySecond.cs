using RecOps.Server.Batching;
using RecOps.Server.Caching;
using RecOps.Server.Retrieval;

namespace RecOps.Server.Telemetry;

/// <summary>One second as it is kept.</summary>
/// <param name="Sources">Lists by source, in the order of <see cref="ServingMetrics.Sources"/>.</param>
/// <param name="Stages">In the order of <see cref="Shared.Telemetry.Stage.All"/>.</param>
internal sealed record TelemetrySecond(
    DateTimeOffset Start, long[] Sources, long Failures, long Rejected, long Degraded, long Events, CompactHistogram[] Stages)
{
    public BatchingSecond? Batching { get; init; }

    public RetrievalSecond Retrieval { get; init; }

    public CachingSecond? Caching { get; init; }
}
