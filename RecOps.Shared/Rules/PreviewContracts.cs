using RecOps.Shared.Catalog;
using RecOps.Shared.Recommendations;

namespace RecOps.Shared.Rules;

/// <summary>What would be shown, under the published rules and under others.</summary>
public sealed record PreviewRequest
{
    /// <summary>Absent for the stored draft.</summary>
    public RuleDocument? Document { get; init; }

    /// <summary>A shopper; or <see cref="ClusterId"/>.</summary>
    public string? UserId { get; init; }

    /// <summary>Someone of whom only the cluster is known.</summary>
    public int? ClusterId { get; init; }

    public string Placement { get; init; } = "home";

    public int Count { get; init; } = 20;

    /// <summary>The item being looked at.</summary>
    public string? ItemId { get; init; }

    public string? Country { get; init; }

    public string? Segment { get; init; }

    /// <summary>Absent for now.</summary>
    public LocalMoment? At { get; init; }
}

/// <summary>A time by the clock on a wall.</summary>
/// <param name="Local">2026-11-27T18:00.</param>
/// <param name="TimeZone">IANA name.</param>
public sealed record LocalMoment(string Local, string TimeZone);

/// <param name="Version">Of the published rules that <see cref="Before"/> is under.</param>
/// <param name="At">The moment, UTC.</param>
/// <param name="Source">Where the ranked list came from; see <see cref="RecommendationSource"/>.</param>
/// <param name="ClusterId">The shopper's.</param>
/// <param name="Gone">Items of before that are not in after.</param>
/// <param name="Holding">Rules of after that hold at that moment, first the one that has precedence.</param>
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

/// <param name="By">The rule that keeps it out; null when others only took its place.</param>
public sealed record PreviewLoss(ItemDetails Item, int Was, RuleEffect? By);

/// <summary>What rules would have done to lists that shoppers just got.</summary>
public sealed record ImpactRequest
{
    /// <summary>Absent for the stored draft.</summary>
    public RuleDocument? Document { get; init; }
}

/// <param name="Requests">Recent requests that were looked at: a sample of all.</param>
/// <param name="From">Of the oldest.</param>
/// <param name="Changed">Lists that would be others.</param>
/// <param name="Items">Items that would be shown more or less often.</param>
/// <param name="Shown">Places of these lists in all.</param>
/// <param name="Moved">Share of places with another item, 0 to 1.</param>
/// <param name="Categories">By how much their exposure would change, most first.</param>
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
