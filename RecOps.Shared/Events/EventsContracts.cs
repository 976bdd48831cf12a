using System.Text.Json.Serialization;

namespace RecOps.Shared.Events;

/// <summary>What shoppers just did, at most 1000 events per call.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record EventsRequest
{
    public ShopEvent[]? Events { get; init; }
}

/// <summary>One shopper, one item, one action.</summary>
public sealed record ShopEvent
{
    [JsonConverter(typeof(EventText))]
    public string? UserId { get; init; }

    [JsonConverter(typeof(EventText))]
    public string? ItemId { get; init; }

    /// <summary>view, click, cart or purchase.</summary>
    [JsonConverter(typeof(EventText))]
    public string? Type { get; init; }

    /// <summary>When it happened, ISO 8601 or Unix seconds; now when absent.</summary>
    [JsonConverter(typeof(EventTime))]
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The <c>requestId</c> of the list the shopper acted on, if any.</summary>
    [JsonConverter(typeof(EventText))]
    public string? RequestId { get; init; }

    /// <summary>
    /// The caller's own id of the event. An event sent again with the same id counts once, whatever its time; without an id, its
    /// timestamp identifies repeats.
    /// </summary>
    [JsonConverter(typeof(EventText))]
    public string? EventId { get; init; }
}

/// <param name="Accepted">How many events were accepted.</param>
/// <param name="Rejected">The other events, each with its index in the request and what is wrong with it.</param>
public sealed record EventsResponse(int Accepted, RejectedEvent[] Rejected);

public sealed record RejectedEvent(int Index, string Error);

/// <summary>Values of <see cref="ShopEvent.Type"/>.</summary>
public static class ShopEventType
{
    public const string View = "view";
    public const string Click = "click";
    public const string Cart = "cart";
    public const string Purchase = "purchase";

    public static readonly string[] All = [View, Click, Cart, Purchase];
}
