using RecOps.Client.Shell;
using RecOps.Shared.Clusters;

namespace RecOps.Client.Clusters;

/// <summary>What the table of clusters can be sorted by.</summary>
internal enum ClusterOrder
{
    Id,
    Users,
    Traffic,
    HitRate,
    Cached,
}

/// <summary>One cluster as the table shows it.</summary>
/// <param name="Share">Of all requests, in percent.</param>
internal sealed record ClusterRow(ClusterSummary Cluster, double? Share, double? HitPercent)
{
    public static IReadOnlyList<ClusterRow> From(ClusterList list, ClusterOrder order)
    {
        IEnumerable<ClusterRow> rows = list.Clusters.Select(each => new ClusterRow(
            each,
            list.Requests == 0 ? null : 100.0 * each.Requests / list.Requests,
            100 * each.HitRate
        ));
        return
        [
            .. order switch
            {
                ClusterOrder.Users => rows.OrderByDescending(row => row.Cluster.Users),
                ClusterOrder.Traffic => rows.OrderByDescending(row => row.Cluster.Requests),
                ClusterOrder.HitRate => rows.OrderBy(row => row.HitPercent ?? double.MaxValue),
                ClusterOrder.Cached => rows.OrderByDescending(row => row.Cluster.CachedUsers),
                _ => rows.OrderBy(row => row.Cluster.Id),
            },
        ];
    }
}

/// <summary>One warm-up run in words.</summary>
internal static class WarmRunText
{
    public static (string Text, Tone Tone) State(WarmRun run) =>
        run.State switch
        {
            WarmRunState.Waiting => ("waiting", Tone.Neutral),
            WarmRunState.Running => ("running", Tone.Good),
            WarmRunState.Completed => ("completed", Tone.Neutral),
            WarmRunState.Cancelled => ("cancelled", Tone.Warn),
            _ => ("failed", Tone.Bad),
        };

    public static string Occasion(WarmRun run) =>
        run.Trigger switch
        {
            "start" => "at startup",
            "model" => "new model",
            _ => "manual",
        };

    public static string Scope(WarmRun run) =>
        run.Trigger != "console" ? "most likely visitors"
        : run.ClusterIds.Length == 0 ? "all clusters"
        : run.ClusterIds.Length <= 4 ? $"cluster {string.Join(", ", run.ClusterIds)}"
        : $"{run.ClusterIds.Length} clusters";

    public static string Plan(WarmPlan plan) =>
        $"{Quantity.Count(plan.Users)} shoppers, {Quantity.Count(plan.Cached)} of whom already have a fresh list: about "
        + $"{TimeText.Duration(TimeSpan.FromSeconds(Math.Ceiling(plan.Seconds)))} and {Quantity.Bytes(plan.Bytes)}.";
}
