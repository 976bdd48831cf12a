using System.ComponentModel.DataAnnotations;
using RecOps.Shared.Bundles;

namespace RecOps.Server.Catalog;

/// <summary>
/// The shop's changes to an item, one row per changed item. A null field was never changed, so the bundle's value applies. The last write
/// to each field wins, whichever replica took it.
/// </summary>
internal sealed class CatalogItem
{
    public const int MaxIdLength = Ids.LongestItem;

    [MaxLength(MaxIdLength)]
    public required string ItemId { get; init; }

    public decimal? Price { get; init; }

    public bool? InStock { get; init; }

    /// <summary>JSON object of values by name; an empty text marks a removed attribute.</summary>
    public string? Attributes { get; init; }

    /// <summary>
    /// Version of the row's last change. Versions are unique and committed in order: a reader that has reached a version has missed none
    /// below it.
    /// </summary>
    public long Version { get; init; }

    public DateTimeOffset ChangedAt { get; init; }
}
