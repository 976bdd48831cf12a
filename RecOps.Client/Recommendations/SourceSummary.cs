using RecOps.Client.Shell;
using RecOps.Shared.Recommendations;

namespace RecOps.Client.Recommendations;

/// <summary>Where a list came from, in words.</summary>
public sealed record SourceSummary(string Name, string Sentence, Tone Tone)
{
    internal static SourceSummary Of(string source) =>
        source switch
        {
            RecommendationSource.L1 => new(
                "memory (L1)",
                "The ranked list was in this server's memory; rules were applied just now.",
                Tone.Good
            ),
            RecommendationSource.L2 => new("Redis (L2)", "The ranked list was in Redis; rules were applied just now.", Tone.Good),
            RecommendationSource.Computed => new("computed", "Retrieved and ranked for this request.", Tone.Neutral),
            RecommendationSource.Stale => new("stale", "An older list, while a new one is being computed.", Tone.Warn),
            RecommendationSource.Cluster => new("cluster", "Popular among shoppers who behave alike.", Tone.Neutral),
            RecommendationSource.Popular => new("popular", "Popular with everyone.", Tone.Neutral),
            _ => new(source, "", Tone.Neutral),
        };
}
