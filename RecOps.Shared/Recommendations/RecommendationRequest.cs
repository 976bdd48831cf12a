using System.Text.Json.Serialization;

namespace RecOps.Shared.Recommendations;

/// <summary>A storefront's request: the list for one shopper at one placement.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RecommendationRequest
{
    /// <summary>The shopper's id, 1 to 128 characters. It may be unknown.</summary>
    public string? UserId { get; init; }

    // Settable, not init: generated JSON readers set absent init properties to default(T) instead of the initializer.

    /// <summary>How many items to return, 1 to 100.</summary>
    public int Count { get; set; } = 20;

    /// <summary>
    /// Where the list is shown, one of the shop's placements. Defaults to home, or to the first placement when there is no home.
    /// </summary>
    public string? Placement { get; set; }

    /// <summary>The item being viewed, if any. It counts as the shopper's newest interest and is not recommended itself.</summary>
    public string? ItemId { get; init; }

    /// <summary>Items the shopper just interacted with, newest first, at most 100; for shops that do not send events.</summary>
    public string[]? RecentItemIds { get; init; }

    public string? Country { get; init; }

    public string? Segment { get; init; }

    public Dictionary<string, string>? Attributes { get; init; }

    /// <summary>Items to leave out of the answer, at most 1000.</summary>
    public string[]? ExcludeItemIds { get; init; }

    /// <summary>Adds timings and the shopper's cluster to the answer.</summary>
    public bool Explain { get; init; }
}

/// <summary>A storefront's request about one item: the items similar to it, with the request context that rules depend on.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SimilarItemsRequest
{
    /// <summary>The item; required in a batch. In the call for a single item it is in the path.</summary>
    public string? ItemId { get; init; }

    // Settable, not init: as in RecommendationRequest.

    /// <summary>How many items to return, 1 to 100.</summary>
    public int Count { get; set; } = 20;

    /// <summary>Where the list is shown. Without it, rules limited to placements do not apply.</summary>
    public string? Placement { get; init; }

    /// <summary>
    /// The shopper, for rules about countries, segments, clusters and purchases. It does not change which items are similar.
    /// </summary>
    public string? UserId { get; init; }

    public string? Country { get; init; }

    public string? Segment { get; init; }

    /// <summary>Items to leave out of the answer, at most 1000.</summary>
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
