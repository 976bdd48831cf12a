using System.Text.Json.Serialization;
using RecOps.Serving.Batching;
using RecOps.Serving.Caching;
using RecOps.Serving.Metrics;
using RecOps.Serving.Retrieval;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.History;

/// <summary>A stored slice of time: a second, or a minute made of its seconds.</summary>
/// <param name="Start">A full second.</param>
/// <param name="Seconds">Observed seconds; fewer than the slice has if the server was not up all the time.</param>
/// <param name="Sources">Lists by source, in the order of <see cref="RecommendationSource.All"/>.</param>
/// <param name="Good">Lists within the SLO's latency.</param>
/// <param name="Stages">In the order of <see cref="Shared.Telemetry.Stage.All"/>.</param>
internal sealed record TelemetrySlice(
    DateTimeOffset Start,
    int Seconds,
    long[] Sources,
    long Good,
    long Failures,
    long Rejected,
    long Degraded,
    long Events,
    CompactHistogram[] Stages
)
{
    public BatchingSecond? Batching { get; init; }

    public RetrievalSecond Retrieval { get; init; }

    public CachingSecond? Caching { get; init; }

    public ProcessState? Process { get; init; }

    public DeviceState[]? Devices { get; init; }

    /// <summary>Null while no model is loaded.</summary>
    [JsonPropertyName("standing")]
    public StatusSnapshot? Status { get; init; }

    /// <summary>Whether it has everything that this version expects; a slice stored by another version may not.</summary>
    [JsonIgnore]
    public bool IsWhole =>
        Sources?.Length == RecommendationSource.All.Length
        && Stages?.Length == Stage.All.Length
        && Array.TrueForAll(Stages, stage => stage is not null)
        && Status?.IsWhole != false;
}
