using System.Text.Json.Serialization;

namespace RecOps.Shared.Recommendations;

/// <summary>What a storefront asks: the list for one shopper at one place of the shop.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RecommendationRequest
{
    /// <summary>The shopper's id, 1 to 128 characters. Nobody has to have seen it before.</summary>
    public string? UserId { get; init; }

    // Settable, not init: generated JSON readers give init properties that are absent default(T) instead of what stands here.

    /// <summary>How many items to answer, 1 to 100.</summary>
    public int Count { get; set; } = 20;

    /// <summary>
    /// Where the list stands, one of the shop's placements. Without one it is home, or the first of them where there is no home.
    /// </summary>
    public string? Placement { get; set; }

    /// <summary>The item being looked at, if any. It counts as the shopper's newest interest and is not recommended itself.</summary>
    public string? ItemId { get; init; }

    /// <summary>Items the shopper just touched, newest first, at most 100; for shops that do not send events.</summary>
    public string[]? RecentItemIds { get; init; }

    public string? Country { get; init; }

    public string? Segment { get; init; }

    public Dictionary<string, string>? Attributes { get; init; }

    /// <summary>Items that must not be in the answer, at most 1000.</summary>
    public string[]? ExcludeItemIds { get; init; }

    /// <summary>Adds timings and the shopper's cluster to the answer.</summary>
    public bool Explain { get; init; }
}

/// <summary>What a storefront asks of one item: what is near it, with the request context that rules look at.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SimilarItemsRequest
{
    /// <summary>The item; needed in a batch. In the call of one item the path has it.</summary>
    public string? ItemId { get; init; }

    // Settable, not init: as in RecommendationRequest.

    /// <summary>How many items to answer, 1 to 100.</summary>
    public int Count { get; set; } = 20;

    /// <summary>Where the list stands. Without one, rules for certain placements do not hold.</summary>
    public string? Placement { get; init; }

    /// <summary>Who looks, for rules about countries, segments, clusters and purchases. It does not change which items are near.</summary>
    public string? UserId { get; init; }

    public string? Country { get; init; }

    public string? Segment { get; init; }

    /// <summary>Items that must not be in the answer, at most 1000.</summary>
    public string[]? ExcludeItemIds { get; init; }
}

/// <summary>Several requests in one call, at most 100 of both kinds together.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RecommendationBatchRequest
{
    public RecommendationRequest[]? Requests { get; init; }

    public SimilarItemsRequest[]? Similar { get; init; }
}

/// <summary>Where the shop shows lists, in the order of the settings.</summary>
public sealed record PlacementList(string[] Placements);
