namespace RecOps.Shared.Clusters;

/// <summary>Lists to compute before they are requested.</summary>
public sealed record WarmRequest
{
    /// <summary>Which clusters; absent or empty means all.</summary>
    public int[]? ClusterIds { get; init; }

    /// <summary>Most likely next visitors of each cluster, 1 to 1,000,000.</summary>
    public int UsersPerCluster { get; set; } = 500;

    /// <summary>The placement of the lists.</summary>
    public string? Placement { get; set; } = "home";
}

/// <summary>What a run would do, before it starts.</summary>
/// <param name="Users">Users whose lists would be checked.</param>
/// <param name="Cached">How many of them already have a fresh list; they are skipped.</param>
/// <param name="Seconds">Expected, in spare time of the device at the current load.</param>
/// <param name="Bytes">Expected in L1.</param>
/// <param name="FreeBytes">Free in L1; what does not fit evicts the least valuable lists.</param>
/// <param name="Clusters">By cluster.</param>
public sealed record WarmPlan(int Users, int Cached, double Seconds, long Bytes, long FreeBytes, WarmPlanCluster[] Clusters);

public sealed record WarmPlanCluster(int Id, int Users, int Cached);

/// <summary>All remembered runs, newest first.</summary>
public sealed record WarmRunList(WarmRun[] Runs);

/// <summary>One warm-up run.</summary>
/// <param name="Trigger">console, start (before the server is ready) or model (before a model takes over).</param>
/// <param name="State">One of <see cref="WarmRunState"/>.</param>
/// <param name="ClusterIds">Empty means all.</param>
/// <param name="Planned">Users to check.</param>
/// <param name="Warmed">Lists computed.</param>
/// <param name="Skipped">Users who had a fresh list, or about whom nothing is known.</param>
/// <param name="Failed">Lists that could not be computed.</param>
/// <param name="UsersPerSecond">Users checked, over the last seconds while it runs, otherwise over the whole run.</param>
/// <param name="SecondsLeft">Expected, while it runs.</param>
/// <param name="Bytes">Of the lists computed.</param>
/// <param name="Used">Warmed lists that served at least one answer.</param>
/// <param name="RequestsSaved">Answers served from warmed lists.</param>
/// <param name="Detail">Why it ended as it did, when that is not obvious.</param>
public sealed record WarmRun(
    string Id,
    string Trigger,
    string State,
    DateTimeOffset Requested,
    DateTimeOffset? Started,
    DateTimeOffset? Ended,
    string Placement,
    int[] ClusterIds,
    int UsersPerCluster,
    int Planned,
    int Warmed,
    int Skipped,
    int Failed,
    double? UsersPerSecond,
    double? SecondsLeft,
    long Bytes,
    int Used,
    long RequestsSaved,
    string? Detail
)
{
    public int Done => Warmed + Skipped + Failed;

    /// <summary>Share of warmed lists that were used, 0 to 1; null when none was warmed.</summary>
    public double? Yield => Warmed == 0 ? null : (double)Used / Warmed;

    public bool IsOver => State is WarmRunState.Completed or WarmRunState.Cancelled or WarmRunState.Failed;
}

/// <summary>Values of <see cref="WarmRun.State"/>.</summary>
public static class WarmRunState
{
    /// <summary>Another run is in progress, here or on another replica.</summary>
    public const string Waiting = "waiting";

    public const string Running = "running";
    public const string Completed = "completed";
    public const string Cancelled = "cancelled";
    public const string Failed = "failed";
}
