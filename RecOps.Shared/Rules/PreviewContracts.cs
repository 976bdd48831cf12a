using RecOps.Shared.Catalog;
using RecOps.Shared.Recommendations;

namespace RecOps.Shared.Rules;

/// <summary>What would be shown under the published rules and under others.</summary>
public sealed record PreviewRequest
{
    /// <summary>Absent for the stored draft.</summary>
    public RuleDocument? Document { get; init; }

    /// <summary>A shopper; alternatively <see cref="ClusterId"/>.</summary>
    public string? UserId { get; init; }

    /// <summary>A shopper of whom only the cluster is known.</summary>
    public int? ClusterId { get; init; }

    public string Placement { get; init; } = "home";

    public int Count { get; init; } = 20;

    /// <summary>The item being viewed.</summary>
    public string? ItemId { get; init; }

    public string? Country { get; init; }

    public string? Segment { get; init; }

    /// <summary>Absent for now.</summary>
    public LocalMoment? At { get; init; }
}

/// <summary>A local time in a zone.</summary>
/// <param name="Local">2026-11-27T18:00.</param>
/// <param name="TimeZone">IANA name.</param>
public sealed record LocalMoment(string Local, string TimeZone);

/// <param name="Version">Version of the published rules behind <see cref="Before"/>.</param>
/// <param name="At">The time, UTC.</param>
/// <param name="Source">Where the ranked list came from; see <see cref="RecommendationSource"/>.</param>
/// <param name="ClusterId">The shopper's.</param>
/// <param name="Gone">Items in before that are not in after.</param>
/// <param name="Holding">Rules of after that apply at that time, highest precedence first.</param>
public sealed record PreviewResult(
    int Version,
    DateTimeOffset At,
    string Source,
    int? ClusterId,
    PreviewItem[] Before,
    PreviewItem[] After,
    PreviewLoss[] Gone,
    string[] Holding,
    RuleError[] Errors
);

/// <param name="Was">Position in the other list; null when it is not in it.</param>
public sealed record PreviewItem(ItemDetails Item, int Position, float Score, int? Was, ExplainedItem Why);

/// <param name="By">The rule that keeps it out; null when other items took its place.</param>
public sealed record PreviewLoss(ItemDetails Item, int Was, RuleEffect? By);

/// <summary>What rules would have changed in lists that shoppers just got.</summary>
public sealed record ImpactRequest
{
    /// <summary>Absent for the stored draft.</summary>
    public RuleDocument? Document { get; init; }
}

/// <param name="Requests">Recent requests that were checked: a sample of all.</param>
/// <param name="From">Time of the oldest one.</param>
/// <param name="Changed">Lists that would change.</param>
/// <param name="Items">Items that would be shown more or less often.</param>
/// <param name="Shown">Total number of places in these lists.</param>
/// <param name="Moved">Share of places with another item, 0 to 1.</param>
/// <param name="Categories">Change in exposure, largest first.</param>
/// <param name="Gaining">Items that would be shown more, most first.</param>
/// <param name="Losing">Items that would be shown less, most first.</param>
public sealed record ImpactReport(
    int Requests,
    DateTimeOffset? From,
    DateTimeOffset? To,
    int Changed,
    int Items,
    int Shown,
    double Moved,
    ExposureChange[] Categories,
    ExposureChange[] Brands,
    ItemExposure[] Gaining,
    ItemExposure[] Losing,
    RuleError[] Errors
);

/// <param name="Before">Places under the published rules.</param>
public sealed record ExposureChange(string Name, int Before, int After);

public sealed record ItemExposure(ItemDetails Item, int Before, int After);
