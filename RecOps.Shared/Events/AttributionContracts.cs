namespace RecOps.Shared.Events;

/// <summary>Clicks and purchases that served lists led to, attributed by the <c>requestId</c> in events.</summary>
/// <param name="Since">Start of the period counted.</param>
/// <param name="Hours">Length of the period in whole hours, including the current one.</param>
public sealed record AttributionReport(
    DateTimeOffset Since,
    int Hours,
    AttributionRow[] Placements,
    AttributionRow[] Sources,
    AttributionRow[] Models,
    AttributionRow[] Clusters
);

/// <param name="Name">The placement, source, model version or cluster; the latter as its number, "none" for users without one.</param>
/// <param name="Lists">Lists served in this period.</param>
/// <param name="Clicks">Click events that name one of this server's lists; those of older lists count when they arrive.</param>
/// <param name="Purchases">Purchase events that name one of them.</param>
public sealed record AttributionRow(string Name, long Lists, long Clicks, long Purchases)
{
    /// <summary>Clicks per list; null without lists.</summary>
    public double? ClickRate => Lists == 0 ? null : (double)Clicks / Lists;

    /// <summary>Purchases per list; null without lists.</summary>
    public double? PurchaseRate => Lists == 0 ? null : (double)Purchases / Lists;
}
