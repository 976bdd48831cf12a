using System.ComponentModel.DataAnnotations;
using RecOps.Shared.Bundles;

namespace RecOps.Server.Catalog;

/// <summary>
/// What the shop said of an item, one row for each that it spoke of. What is null it said nothing of, so that the bundle's word holds. The
/// newest word on each field wins, whichever replica it came to.
/// </summary>
internal sealed class CatalogItem
{
    public const int MaxIdLength = Ids.LongestItem;

    [MaxLength(MaxIdLength)]
    public required string ItemId { get; init; }

    public decimal? Price { get; init; }

    public bool? InStock { get; init; }

    /// <summary>JSON object of texts by name; an empty text for an attribute that was removed.</summary>
    public string? Attributes { get; init; }

    /// <summary>
    /// Number of the row's newest change. No two rows share one, and numbers are committed in their order: whoever has read up to a number
    /// has not missed one below it.
    /// </summary>
    public long Version { get; init; }

    public DateTimeOffset ChangedAt { get; init; }
}
