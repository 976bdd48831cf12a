namespace RecOps.Shared.Events;

/// <summary>What came of the lists that were answered, told by the <c>requestId</c> that events bring back.</summary>
/// <param name="Since">First moment counted.</param>
/// <param name="Hours">Length of the stretch, whole hours with the running one.</param>
public sealed record AttributionReport(
    DateTimeOffset Since,
    int Hours,
    AttributionRow[] Placements,
    AttributionRow[] Sources,
    AttributionRow[] Models,
    AttributionRow[] Clusters
);

/// <param name="Name">The placement, source, model version or cluster; the latter as its number, "none" for users without one.</param>
/// <param name="Lists">Answered in this stretch.</param>
/// <param name="Clicks">Click events that name one of this server's lists; those of older lists count when they come.</param>
/// <param name="Purchases">Purchase events that name one.</param>
public sealed record AttributionRow(string Name, long Lists, long Clicks, long Purchases)
{
    /// <summary>Clicks a list; null without lists.</summary>
    public double? ClickRate => Lists == 0 ? null : (double)Clicks / Lists;

    /// <summary>Purchases a list; null without lists.</summary>
    public double? PurchaseRate => Lists == 0 ? null : (double)Purchases / Lists;
}
