namespace RecOps.Shared.Rules;

/// <summary>A published version.</summary>
/// <param name="ApprovedBy">Null when no approval was needed.</param>
/// <param name="RestoredFrom">The version that it is a copy of.</param>
/// <param name="Rules">How many.</param>
/// <param name="Added">Rules that the previous version did not have.</param>
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

    /// <summary>Absent to publish immediately.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Revision of the draft that was reviewed. Required: no other revision is published.</summary>
    public int? Revision { get; init; }

    /// <summary>
    /// Chosen by the client, 1 to 36 characters. A retry with the same id, after a lost answer, publishes nothing a second time and gets
    /// the first answer again. Without an id, sending what is already the newest version creates no new one.
    /// </summary>
    public string? Id { get; init; }
}

public sealed record RestoreRequest
{
    /// <summary>When absent, the note names the version.</summary>
    public string? Note { get; init; }

    /// <summary>Whether the draft is reset to that version too. Its unpublished changes are then lost.</summary>
    public bool ResetDraft { get; init; }

    /// <inheritdoc cref="PublishRequest.Id"/>
    public string? Id { get; init; }
}

/// <param name="State">One of <see cref="PublicationState"/>.</param>
/// <param name="Version">Set once it is published.</param>
public sealed record PublishResult(string State, int? Version, string? PublicationId);

/// <summary>Values of <see cref="PublicationInfo.State"/>.</summary>
public static class PublicationState
{
    /// <summary>Someone else has to approve it.</summary>
    public const string Waiting = "waiting";

    /// <summary>It is published when its time comes.</summary>
    public const string Scheduled = "scheduled";

    public const string Published = "published";
    public const string Declined = "declined";
    public const string Cancelled = "cancelled";

    /// <summary>It could not be published when its time came.</summary>
    public const string Failed = "failed";

    /// <summary>States that need attention now or later.</summary>
    public static readonly string[] Open = [Waiting, Scheduled, Failed];
}

/// <summary>Rules to be published.</summary>
/// <param name="BasedOn">The version that was published when it was requested.</param>
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

/// <summary>The state of the rules.</summary>
/// <param name="Version">The version applied to lists; 0 for none.</param>
/// <param name="IsOff">The kill switch: lists are made without rules.</param>
/// <param name="SwitchedBy">Who last turned it on or off.</param>
/// <param name="SwitchIsLocal">It is in effect only on this server, until the database accepts it and the other servers follow.</param>
/// <param name="NeedsApproval">Whether publishing requires a second person.</param>
/// <param name="Publications">Waiting and scheduled ones, and the most recent finished ones.</param>
/// <param name="Replicas">Servers, and what each serves.</param>
/// <param name="Trouble">Why publications and servers are unknown; null when they are known.</param>
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

/// <param name="IsBehind">It does not serve the most recently published rules.</param>
/// <param name="IsLost">It has not been heard of for a while.</param>
/// <param name="IsThis">The server that answered.</param>
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
    /// <summary>True to serve lists without rules.</summary>
    public bool? Enabled { get; init; }
}
