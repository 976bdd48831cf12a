using RecOps.Client.Shell;
using RecOps.Shared.Recommendations;

namespace RecOps.Client.Recommendations;

/// <summary>Where a list came from, in words.</summary>
public sealed record SourceSummary(string Name, string Sentence, Tone Tone)
{
    internal static SourceSummary Of(string source) =>
        source switch
        {
            RecommendationSource.L1 => new("memory (L1)", "Found ranked in this server's memory; rules ran just now.", Tone.Good),
            RecommendationSource.L2 => new("Redis (L2)", "Found ranked in Redis; rules ran just now.", Tone.Good),
            RecommendationSource.Computed => new("computed", "Retrieved and ranked for this request.", Tone.Neutral),
            RecommendationSource.Stale => new("stale", "An older list, while a new one is being made.", Tone.Warn),
            RecommendationSource.Cluster => new("cluster", "What is popular among shoppers who behave alike.", Tone.Neutral),
            RecommendationSource.Popular => new("popular", "What is popular with everyone.", Tone.Neutral),
            _ => new(source, "", Tone.Neutral),
        };
}
