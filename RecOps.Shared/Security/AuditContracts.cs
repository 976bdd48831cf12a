namespace RecOps.Shared.Security;

/// <summary>An action in the audit log.</summary>
/// <param name="Action">One of <see cref="AuditAction"/>.</param>
/// <param name="Subject">What was acted on.</param>
/// <param name="Address">Where the call came from.</param>
/// <param name="Before">JSON; null when there was nothing.</param>
/// <param name="After">JSON; null when there is nothing.</param>
public sealed record AuditRecord(
    long Id,
    DateTimeOffset At,
    string Actor,
    string Action,
    string Subject,
    string Address,
    string? Before,
    string? After
);

/// <param name="Entries">Newest first.</param>
/// <param name="Next">Request the entries before this id; null at the end.</param>
/// <param name="Actors">Everyone in the log.</param>
public sealed record AuditPage(AuditRecord[] Entries, long? Next, string[] Actors);

/// <summary>Values of <see cref="AuditRecord.Action"/>.</summary>
public static class AuditAction
{
    public const string SignedIn = "session.signed-in";
    public const string SignInFailed = "session.failed";
    public const string LockedOut = "session.locked-out";
    public const string SignedOut = "session.signed-out";
    public const string PasswordChanged = "password.changed";
    public const string PasswordReset = "password.reset";
    public const string PersonCreated = "person.created";
    public const string PersonChanged = "person.changed";
    public const string PersonDeleted = "person.deleted";
    public const string KeyCreated = "key.created";
    public const string KeyRevoked = "key.revoked";
    public const string DraftSaved = "rules.draft-saved";
    public const string RulesPublished = "rules.published";
    public const string RulesRestored = "rules.restored";
    public const string PublicationAsked = "rules.publication-asked";
    public const string PublicationApproved = "rules.publication-approved";
    public const string PublicationDeclined = "rules.publication-declined";
    public const string PublicationCancelled = "rules.publication-cancelled";
    public const string PublicationFailed = "rules.publication-failed";
    public const string KillSwitch = "rules.kill-switch";
    public const string CachePurged = "cache.purged";
    public const string WarmStarted = "warming.started";
    public const string WarmCancelled = "warming.cancelled";
    public const string CatalogChanged = "catalog.changed";
    public const string DemoChanged = "demo.changed";
    public const string ModelActivated = "model.activated";
    public const string ModelRefused = "model.refused";
    public const string ShadowChanged = "model.shadow-changed";
    public const string CanaryChanged = "model.canary-changed";
    public const string AlertAcknowledged = "alert.acknowledged";
    public const string AlertSilenced = "alert.silenced";
    public const string AlertUnsilenced = "alert.unsilenced";

    public static readonly string[] All =
    [
        SignedIn,
        SignInFailed,
        LockedOut,
        SignedOut,
        PasswordChanged,
        PasswordReset,
        PersonCreated,
        PersonChanged,
        PersonDeleted,
        KeyCreated,
        KeyRevoked,
        DraftSaved,
        RulesPublished,
        RulesRestored,
        PublicationAsked,
        PublicationApproved,
        PublicationDeclined,
        PublicationCancelled,
        PublicationFailed,
        KillSwitch,
        CachePurged,
        WarmStarted,
        WarmCancelled,
        CatalogChanged,
        DemoChanged,
        ModelActivated,
        ModelRefused,
        ShadowChanged,
        CanaryChanged,
        AlertAcknowledged,
        AlertSilenced,
        AlertUnsilenced,
    ];
}
