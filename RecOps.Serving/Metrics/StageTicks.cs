using RecOps.Shared.Recommendations;

namespace RecOps.Serving.Metrics;

/// <summary>Time that one request spent in each stage, in ticks of the time provider's timestamp.</summary>
internal struct StageTicks
{
    public long Queue;
    public long Embedding;
    public long Retrieval;
    public long Ranking;
    public long Rules;
    public long Total;

    /// <summary>Whether the user was identified.</summary>
    public bool Embedded;

    /// <summary>Whether its list was computed: queue, retrieval and ranking.</summary>
    public bool Computed;

    public readonly StageTimings ToTimings(long frequency)
    {
        double scale = 1000.0 / frequency;
        return new StageTimings(Total * scale, Queue * scale, Embedding * scale, Retrieval * scale, Ranking * scale, Rules * scale);
    }
}
