namespace RecOps.Shared.Recommendations;

/// <summary>A list for one shopper, best first.</summary>
public sealed record RecommendationResponse
{
    /// <summary>Send it back in events, so that a click can be tied to the list that earned it.</summary>
    public required string RequestId { get; init; }

    public required string UserId { get; init; }

    public required string Placement { get; init; }

    public required RecommendedItem[] Items { get; init; }

    /// <summary>Where the list came from: l1, l2, computed, stale, cluster or popular.</summary>
    public required string Source { get; init; }

    /// <summary>True when it is a fallback list: the server had no time to compute one.</summary>
    public required bool Degraded { get; init; }

    public required string ModelVersion { get; init; }

    /// <summary>Version of the published rules applied to the list; 0 when none were ever published.</summary>
    public required int RulesVersion { get; init; }

    public Explanation? Explain { get; init; }
}

/// <summary>One place in a list.</summary>
/// <param name="Position">1 is first.</param>
/// <param name="Score">The ranker's score, 0 to 1, higher is better; 0 in lists without ranking.</param>
/// <param name="Rules">Ids of the business rules that affected the item.</param>
public sealed record RecommendedItem(string ItemId, int Position, float Score, string[] Rules);

/// <summary>Why a list looks as it does and what it cost.</summary>
/// <param name="ClusterId">The shopper's behaviour cluster, or null when they have none yet.</param>
/// <param name="Steps">For each item of the list in turn.</param>
public sealed record Explanation(StageTimings Timings, int? ClusterId, ExplainedItem[] Steps);

/// <summary>Why an item is at its position.</summary>
/// <param name="Origin">One of <see cref="ItemOrigins"/>.</param>
/// <param name="ModelRank">In the model's own order, from 1; null when the model did not rank it.</param>
/// <param name="ModelScore">The model's own; null when the model did not rank it.</param>
/// <param name="Factor">What rules multiplied the score by; 1 for no change.</param>
/// <param name="Rules">Rules that affected it, highest precedence first.</param>
public sealed record ExplainedItem(string ItemId, string Origin, int? ModelRank, float? ModelScore, float Factor, RuleEffect[] Rules);

/// <summary>What one rule did to an item.</summary>
/// <param name="Type">One of <see cref="Shared.Rules.RuleType"/>.</param>
/// <param name="Effect">In a few words.</param>
public sealed record RuleEffect(string RuleId, string Name, string Type, string Effect);

/// <summary>Values of <see cref="ExplainedItem.Origin"/>.</summary>
public static class ItemOrigins
{
    /// <summary>The model ranked it for the shopper.</summary>
    public const string Ranked = "ranked";

    /// <summary>The shopper's cluster likes it.</summary>
    public const string Cluster = "cluster";

    /// <summary>Everyone likes it.</summary>
    public const string Popular = "popular";

    /// <summary>A pin added it; it was not a candidate.</summary>
    public const string Pin = "pin";

    /// <summary>The shopper has bought it, and rules show only bought items.</summary>
    public const string Bought = "bought";
}

/// <summary>Time spent by stage, milliseconds.</summary>
public sealed record StageTimings(double TotalMs, double QueueMs, double EmbeddingMs, double RetrievalMs, double RankingMs, double RulesMs);

/// <summary>Values of <see cref="RecommendationResponse.Source"/>.</summary>
public static class RecommendationSource
{
    public const string L1 = "l1";
    public const string L2 = "l2";
    public const string Computed = "computed";
    public const string Stale = "stale";
    public const string Cluster = "cluster";
    public const string Popular = "popular";

    public static readonly string[] All = [L1, L2, Computed, Stale, Cluster, Popular];
}

/// <summary>Answers in the order of the requests.</summary>
/// <param name="Similar">Answers to the requests about items; absent when there were none.</param>
public sealed record RecommendationBatchResponse(RecommendationBatchResult[] Responses, SimilarBatchResult[]? Similar = null);

/// <summary>One answer of a batch.</summary>
/// <param name="Status">The HTTP status this request would have had alone.</param>
/// <param name="Response">The list, when <paramref name="Status"/> is 200.</param>
/// <param name="Errors">What was wrong, by field, when the status is 400.</param>
/// <param name="Detail">What to do about it, when the status is not 200.</param>
public sealed record RecommendationBatchResult(
    int Status,
    RecommendationResponse? Response,
    Dictionary<string, string[]>? Errors,
    string? Detail
);

/// <summary>One answer of a batch about an item.</summary>
/// <inheritdoc cref="RecommendationBatchResult"/>
public sealed record SimilarBatchResult(int Status, SimilarItemsResponse? Response, Dictionary<string, string[]>? Errors, string? Detail);

/// <summary>Items similar to one item, best first, after rules.</summary>
/// <param name="RulesVersion">Version of the published rules applied to the list; 0 when none were ever published.</param>
public sealed record SimilarItemsResponse(string ItemId, SimilarItem[] Items, string ModelVersion, int RulesVersion);

/// <param name="Score">Cosine similarity of the item vectors, -1 to 1.</param>
/// <param name="Rules">Ids of the business rules that affected the item.</param>
public sealed record SimilarItem(string ItemId, int Position, float Score, string[] Rules);
