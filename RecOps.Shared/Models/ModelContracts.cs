using RecOps.Shared.Bundles.Report;

namespace RecOps.Shared.Models;

/// <summary>The bundles on the server, and what each is used for.</summary>
/// <param name="Active">Null while none is served.</param>
/// <param name="Previous">Bundle that a rollback goes back to; null when there was none.</param>
/// <param name="Work">The work in progress; null for none.</param>
/// <param name="Bundles">By name.</param>
/// <param name="History">Newest first.</param>
/// <param name="Shadow">Null when there is no shadow.</param>
/// <param name="Canary">Null when there is no canary.</param>
/// <param name="Others">The other servers that are up.</param>
public sealed record ModelList(
    ActiveModelInfo? Active,
    string? Previous,
    ModelWork? Work,
    BundleInfo[] Bundles,
    ModelActivationInfo[] History,
    ShadowState? Shadow,
    CanaryState? Canary,
    OtherServer[] Others
);

/// <summary>Another server on the same database.</summary>
/// <param name="Model">Name and version that it reported a few seconds ago.</param>
public sealed record OtherServer(string Name, string Model);

/// <param name="Bundle">Directory under Models:Directory.</param>
/// <param name="Model">Name and version, as answers say them.</param>
/// <param name="By">Null for the setting Models:Active.</param>
public sealed record ActiveModelInfo(string Bundle, string Model, DateTimeOffset Since, string? By, string? Kind);

/// <param name="Bundle">The bundle being prepared.</param>
/// <param name="Purpose">activate, shadow or canary.</param>
/// <param name="Step">For people.</param>
public sealed record ModelWork(string Bundle, string Purpose, string Step, DateTimeOffset Started, string By);

/// <summary>A directory under Models:Directory.</summary>
/// <param name="Name">Of the directory.</param>
/// <param name="Problem">Why it cannot be served; null when no problem is known.</param>
/// <param name="Bytes">Of all files.</param>
/// <param name="Report">Null for a bundle without one.</param>
public sealed record BundleInfo(string Name, string? Problem, BundleFacts? Facts, long Bytes, EvaluationReport? Report)
{
    /// <summary>How its files changed on disk while it is being served; null when they did not, or when it is not being served.</summary>
    public BundleChange? Change { get; init; }
}

/// <summary>Files of a bundle are no longer those it was opened with. Lists are still made from the files verified then.</summary>
/// <param name="Files">The changed files, by name.</param>
/// <param name="Detail">What is wrong with the first of them.</param>
/// <param name="Advice">What to do, and what a restart would do.</param>
public sealed record BundleChange(DateTimeOffset NoticedAt, string[] Files, string Detail, string Advice);

/// <param name="Model">Name and version, as answers say them.</param>
/// <param name="TrainedUpTo">Time of the last event that it learned from; null when it does not say.</param>
/// <param name="Precisions">Forms of the ranker.</param>
public sealed record BundleFacts(
    string Model,
    DateTimeOffset Created,
    int Items,
    int Users,
    int Clusters,
    int Dimension,
    DateTimeOffset? TrainedUpTo,
    string[] Precisions,
    bool HasTeachers
);

/// <param name="Kind">One of <see cref="ModelActivationKind"/>.</param>
public sealed record ModelActivationInfo(string Bundle, string Model, DateTimeOffset At, string By, string Kind, string? Previous);

/// <summary>Values of <see cref="ModelActivationInfo.Kind"/>.</summary>
public static class ModelActivationKind
{
    public const string Activated = "activated";
    public const string RolledBack = "rolled back";
    public const string Promoted = "promoted";
}

/// <param name="Bundle">The bundle to run as shadow or canary.</param>
/// <param name="Share">Of the requests or of the shoppers, 0 to 1.</param>
public sealed record TrialRequest(string? Bundle, double? Share);

/// <summary>A bundle that also ranks some of the requests that the active one ranks, without showing its lists.</summary>
/// <param name="Compared">Requests that both ranked.</param>
/// <param name="Skipped">Requests skipped because the server was too busy.</param>
/// <param name="Top10Overlap">Mean share of the active bundle's top ten items that are also in its own, 0 to 1.</param>
/// <param name="KendallTau">Mean agreement on the order of items that both list, −1 to 1.</param>
/// <param name="Drift">
/// Population stability index of its scores against the active one's: below 0.1 they are alike, above 0.25 they are not.
/// </param>
/// <param name="AgainstModel">The model it is compared with.</param>
public sealed record ShadowState(
    string Bundle,
    string Model,
    double Share,
    DateTimeOffset Since,
    string By,
    string AgainstModel,
    long Compared,
    long Skipped,
    long Failed,
    double? Top10Overlap,
    double? KendallTau,
    ModelLatency Own,
    ModelLatency Active,
    double? MeanScore,
    double? ActiveMeanScore,
    double? Drift
);

/// <param name="P50Ms">Null without samples.</param>
public sealed record ModelLatency(long Count, double? P50Ms, double? P99Ms);

/// <summary>A bundle that serves a share of the shoppers, always the same ones.</summary>
public sealed record CanaryState(
    string Bundle,
    string Model,
    double Share,
    DateTimeOffset Since,
    string By,
    CanaryArm Own,
    CanaryArm Active
);

/// <param name="Lists">Lists served since the canary began.</param>
/// <param name="Degraded">Fallback lists, for lack of time.</param>
/// <param name="Clicks">Clicks on lists served since then.</param>
/// <param name="ClickRate">Clicks per list; null without lists.</param>
/// <param name="ClickRateLow">95 % interval (Wilson), as if no list were clicked twice.</param>
/// <param name="ClickRateHigh">Its upper end.</param>
public sealed record CanaryArm(
    string Model,
    long Lists,
    long Degraded,
    long Clicks,
    long Purchases,
    double? ClickRate,
    double? ClickRateLow,
    double? ClickRateHigh,
    ModelLatency Latency
);
