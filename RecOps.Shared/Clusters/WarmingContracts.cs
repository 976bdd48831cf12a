namespace RecOps.Shared.Clusters;

/// <summary>Lists to be computed before anyone asks.</summary>
public sealed record WarmRequest
{
    /// <summary>Which clusters; absent or empty means all.</summary>
    public int[]? ClusterIds { get; init; }

    /// <summary>Most likely next visitors of each cluster, 1 to 1,000,000.</summary>
    public int UsersPerCluster { get; set; } = 500;

    /// <summary>Where on the shop the lists are to stand.</summary>
    public string? Placement { get; set; } = "home";
}

/// <summary>What a run would do, before it is started.</summary>
/// <param name="Users">Whose lists would be looked at.</param>
/// <param name="Cached">Of those, how many have a fresh list already; they are skipped.</param>
/// <param name="Seconds">Expected, in spare time of the device at this moment's load.</param>
/// <param name="Bytes">Expected in L1.</param>
/// <param name="FreeBytes">Free in L1; what does not fit pushes out what is worth least.</param>
/// <param name="Clusters">By cluster.</param>
public sealed record WarmPlan(int Users, int Cached, double Seconds, long Bytes, long FreeBytes, WarmPlanCluster[] Clusters);

public sealed record WarmPlanCluster(int Id, int Users, int Cached);

/// <summary>All runs that are remembered, newest first.</summary>
public sealed record WarmRunList(WarmRun[] Runs);

/// <summary>One warm run.</summary>
/// <param name="Trigger">console, start (before the server is ready) or model (before a model takes over).</param>
/// <param name="State">One of <see cref="WarmRunState"/>.</param>
/// <param name="ClusterIds">Empty means all.</param>
/// <param name="Planned">Users to look at.</param>
/// <param name="Warmed">Lists computed.</param>
/// <param name="Skipped">Users who had a fresh list, or of whom nothing is known.</param>
/// <param name="Failed">Lists that could not be computed.</param>
/// <param name="UsersPerSecond">Looked at, over the last seconds while it runs, else over the whole run.</param>
/// <param name="SecondsLeft">Expected, while it runs.</param>
/// <param name="Bytes">Of the lists computed.</param>
/// <param name="Used">Warmed lists that at least one answer was given from.</param>
/// <param name="RequestsSaved">Answers given from warmed lists.</param>
/// <param name="Detail">Why it ended as it did, where that is not plain.</param>
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
