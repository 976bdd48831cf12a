using RecOps.Serving.Catalog;
using RecOps.Shared.Bundles;
using RecOps.Shared.Events;

namespace RecOps.Serving.Users;

/// <summary>Finds what is wrong with an event.</summary>
internal static class EventCheck
{
    private const int MaxReferenceLength = 128;
    private const int LongestEcho = 64;
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <param name="kind">The event's kind, if it is valid.</param>
    /// <param name="timestamp">When it happened, if it is valid.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? ProblemOf(
        ShopEvent? incoming,
        ItemCatalog catalog,
        DateTimeOffset now,
        out EventKind kind,
        out DateTimeOffset timestamp
    )
    {
        (kind, timestamp) = (default, default);
        if (incoming is null)
            return "The event is null.";
        if (NoText(incoming) is { } field)
            return $"{field} must be a string, in quotes.";
        if (string.IsNullOrEmpty(incoming.UserId) || incoming.UserId.Length > Ids.LongestUser)
            return $"userId must have 1 to {Ids.LongestUser} characters.";
        if (Ids.HasControl(incoming.UserId))
            return "userId has a control character.";
        if (string.IsNullOrEmpty(incoming.ItemId))
            return "itemId is missing.";
        if (incoming.ItemId.Length > Ids.LongestItem)
            return $"itemId must have at most {Ids.LongestItem} characters.";
        if (incoming.Type is null)
            return $"type is missing; it must be one of {string.Join(", ", ShopEventType.All)}.";
        int place = Array.IndexOf(ShopEventType.All, incoming.Type);
        if (place < 0)
            return $"type is '{Short(incoming.Type)}'; it must be one of {string.Join(", ", ShopEventType.All)}.";
        if (incoming.RequestId is { Length: > MaxReferenceLength })
            return $"requestId must have at most {MaxReferenceLength} characters.";
        if (Ids.HasControl(incoming.RequestId))
            return "requestId has a control character.";
        if (Ids.HasControl(incoming.EventId))
            return "eventId has a control character.";
        if (incoming.EventId is { Length: 0 or > MaxReferenceLength })
            return $"eventId must have 1 to {MaxReferenceLength} characters.";
        if (incoming.Timestamp == EventTime.None)
            return "timestamp is not a time; it must be ISO 8601, such as 2026-05-04T10:00:00Z, or seconds (not milliseconds) since 1970.";
        (kind, timestamp) = ((EventKind)place, incoming.Timestamp ?? now);
        if (timestamp > now + ClockSkew)
            return $"timestamp {timestamp:O} is more than {ClockSkew.TotalMinutes} minutes in the future.";
        if (timestamp < Earliest)
            return $"timestamp {timestamp:O} is before {Earliest:yyyy}.";
        return catalog.TryGetOrdinal(incoming.ItemId, out _) ? null : $"itemId '{incoming.ItemId}' is not in the catalogue.";
    }

    /// <summary>Limits how much of the caller's text is echoed.</summary>
    private static string Short(string text) => text.Length <= LongestEcho ? text : text[..LongestEcho] + "…";

    /// <returns>The field that is not a string, or null.</returns>
    private static string? NoText(ShopEvent incoming) =>
        EventText.IsNone(incoming.UserId) ? "userId"
        : EventText.IsNone(incoming.ItemId) ? "itemId"
        : EventText.IsNone(incoming.Type) ? "type"
        : EventText.IsNone(incoming.RequestId) ? "requestId"
        : EventText.IsNone(incoming.EventId) ? "eventId"
        : null;
}
