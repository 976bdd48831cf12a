using System.Text.Json.Serialization;

namespace RecOps.Shared.Events;

/// <summary>What shoppers just did, at most 1000 events a call.</summary>
public sealed record EventsRequest
{
    public ShopEvent[]? Events { get; init; }
}

/// <summary>One shopper, one item, one deed.</summary>
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
    /// The caller's own id of the event. Sent again with it, the event counts once, whatever its time; otherwise its timestamp tells.
    /// </summary>
    [JsonConverter(typeof(EventText))]
    public string? EventId { get; init; }
}

/// <param name="Accepted">How many events were taken.</param>
/// <param name="Rejected">The others, each with its place in the request and what is wrong with it.</param>
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
