using System.Text.Json.Serialization;

namespace RecOps.Shared.Catalog;

/// <summary>Changes to items already in the catalogue, at most 1000 per call. Persisted, and in effect on the next answer.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CatalogUpdateRequest
{
    public CatalogItemUpdate[]? Items { get; init; }
}

/// <summary>Absent fields stay as they are.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CatalogItemUpdate
{
    public string? ItemId { get; init; }

    /// <summary>In the shop's currency, 0 or more.</summary>
    public decimal? Price { get; init; }

    public bool? InStock { get; init; }

    /// <summary>Attributes to set by name; a null value removes one.</summary>
    public Dictionary<string, string?>? Attributes { get; init; }
}

/// <param name="MissingIds">Items that no model in use knows; they are never shown.</param>
public sealed record CatalogUpdateResponse(int Updated, string[] MissingIds);

/// <summary>Items by id, at most 500, for showing lists with titles and prices.</summary>
public sealed record ItemLookupRequest
{
    public string[]? ItemIds { get; init; }
}

/// <param name="Items">The items that exist, in the order asked; unknown ids are left out.</param>
public sealed record ItemLookupResponse(ItemDetails[] Items);

/// <summary>An item as the console shows it.</summary>
public sealed record ItemDetails(
    string ItemId,
    string Title,
    string Category,
    string Brand,
    decimal? Price,
    bool InStock,
    Dictionary<string, string> Attributes
);

/// <summary>Items that match a part of their title or id.</summary>
/// <param name="Items">The most popular first.</param>
/// <param name="More">Whether there are others.</param>
public sealed record ItemSearchResponse(ItemDetails[] Items, bool More);

/// <summary>Values of a field, most items first.</summary>
/// <param name="Total">Number of distinct values.</param>
public sealed record ItemValuesResponse(ItemValue[] Values, int Total);

/// <param name="Count">Items that have it.</param>
public sealed record ItemValue(string Value, int Count);
