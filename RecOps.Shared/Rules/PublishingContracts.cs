namespace RecOps.Shared.Rules;

/// <summary>A published version.</summary>
/// <param name="ApprovedBy">Null when nobody's approval was needed.</param>
/// <param name="RestoredFrom">The version that it is a copy of.</param>
/// <param name="Rules">How many.</param>
/// <param name="Added">Rules that the version before had not.</param>
public sealed record RuleVersionInfo(
    int Version,
    DateTimeOffset PublishedAt,
    string PublishedBy,
    string? ApprovedBy,
    string Note,
    int? RestoredFrom,
    int Rules,
    int Added,
    int Changed,
    int Removed
);

/// <param name="Versions">Newest first.</param>
public sealed record RuleVersionList(RuleVersionInfo[] Versions);

public sealed record RuleVersionDetails(RuleVersionInfo Version, RuleDocument Document);

public sealed record PublishRequest
{
    /// <summary>What was changed and why, 1 to 2000 characters.</summary>
    public string? Note { get; init; }

    /// <summary>Absent for at once.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Revision of the draft that was looked at. Needed: no other is published.</summary>
    public int? Revision { get; init; }

    /// <summary>
    /// Made by whoever sends it, 1 to 36 characters: the same request sent again with the same id, because the answer was lost, publishes
    /// nothing a second time and is answered as the first. Without one, sending what is already the newest version makes no other.
    /// </summary>
    public string? Id { get; init; }
}

public sealed record RestoreRequest
{
    /// <summary>Absent: says which version it is.</summary>
    public string? Note { get; init; }

    /// <summary>Whether the draft becomes that version too. What was in it is then gone.</summary>
    public bool ResetDraft { get; init; }

    /// <inheritdoc cref="PublishRequest.Id"/>
    public string? Id { get; init; }
}

/// <param name="State">One of <see cref="PublicationState"/>.</param>
/// <param name="Version">When it is published.</param>
public sealed record PublishResult(string State, int? Version, string? PublicationId);

/// <summary>Values of <see cref="PublicationInfo.State"/>.</summary>
public static class PublicationState
{
    /// <summary>Somebody else has to approve it.</summary>
    public const string Waiting = "waiting";

    /// <summary>It is published when its time comes.</summary>
    public const string Scheduled = "scheduled";

    public const string Published = "published";
    public const string Declined = "declined";
    public const string Cancelled = "cancelled";

    /// <summary>It could not be published when its time came.</summary>
    public const string Failed = "failed";

    /// <summary>Those that somebody has to look at, or will.</summary>
    public static readonly string[] Open = [Waiting, Scheduled, Failed];
}

/// <summary>Rules that are to be published.</summary>
/// <param name="BasedOn">The version that was published when it was asked for.</param>
public sealed record PublicationInfo(
    string Id,
    string Note,
    string AskedBy,
    DateTimeOffset AskedAt,
    DateTimeOffset? PublishAt,
    string State,
    int BasedOn,
    int Rules,
    string? DecidedBy,
    DateTimeOffset? DecidedAt,
    int? Version,
    string? Trouble
);

public sealed record PublicationDetails(PublicationInfo Publication, RuleDocument Document);

/// <summary>How things stand.</summary>
/// <param name="Version">That lists are made under; 0 for none.</param>
/// <param name="IsOff">The kill switch: lists are made without rules.</param>
/// <param name="SwitchedBy">Who turned it last.</param>
/// <param name="SwitchIsLocal">It holds on the server that answered only, until the database takes it and the other servers follow.</param>
/// <param name="NeedsApproval">Whether publishing takes a second person.</param>
/// <param name="Publications">Those that are waiting or scheduled, and the last that ended.</param>
/// <param name="Replicas">Servers, and what each serves.</param>
/// <param name="Trouble">Why publications and servers are not known; null when they are.</param>
public sealed record RulesState(
    int Version,
    bool IsOff,
    string? SwitchedBy,
    DateTimeOffset? SwitchedAt,
    bool SwitchIsLocal,
    bool NeedsApproval,
    PublicationInfo[] Publications,
    ReplicaInfo[] Replicas,
    string? Trouble
);

/// <param name="IsBehind">It serves other rules than were published last.</param>
/// <param name="IsLost">It has not been heard of for a while.</param>
/// <param name="IsThis">The one that answered.</param>
public sealed record ReplicaInfo(
    string Id,
    string Name,
    DateTimeOffset Started,
    DateTimeOffset SeenAt,
    int RulesVersion,
    string ModelVersion,
    bool IsBehind,
    bool IsLost,
    bool IsThis
);

public sealed record KillSwitchUpdate
{
    /// <summary>True to make lists without rules.</summary>
    public bool? Enabled { get; init; }
}
