using RecOps.Shared.Catalog;

namespace RecOps.Shared.Users;

/// <summary>Shoppers whose id starts with what was typed, for pickers.</summary>
/// <param name="Total">Shoppers in the active bundle.</param>
public sealed record UserSearchResponse(UserSummary[] Users, int Total);

public sealed record UserSummary(string UserId, string Country, string Segment, int? ClusterId);

/// <summary>A shopper as the console shows them. Unknown shoppers have an empty history and no cluster.</summary>
/// <param name="Known">True when the bundle has a vector for them.</param>
/// <param name="HistoryLength">All entries the server holds; <paramref name="History"/> has the newest 50.</param>
public sealed record UserProfile(
    string UserId,
    bool Known,
    string Country,
    string Segment,
    int? ClusterId,
    int HistoryLength,
    HistoryEntry[] History
);

/// <summary>One thing a shopper did, newest first.</summary>
/// <param name="Type">view, click, cart or purchase; null for entries from a bundle whose ranker does not ask what happened.</param>
/// <param name="Timestamp">When; null for entries from the bundle.</param>
public sealed record HistoryEntry(ItemDetails Item, string? Type, DateTimeOffset? Timestamp);
