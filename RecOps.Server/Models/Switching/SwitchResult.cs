namespace RecOps.Server.Models.Switching;

/// <summary>Outcome of a requested model change.</summary>
/// <param name="Reason">Why it failed, for people; empty on success.</param>
internal readonly record struct SwitchResult(SwitchEnd End, string Reason)
{
    public static readonly SwitchResult Done = new(SwitchEnd.Done, "");
    public static readonly SwitchResult NotFound = new(SwitchEnd.NotFound, "");

    public static SwitchResult Busy(string reason) => new(SwitchEnd.Conflict, reason);

    public static SwitchResult Conflict(string reason) => new(SwitchEnd.Conflict, reason);

    public static SwitchResult Refused(string reason) => new(SwitchEnd.Refused, reason);
}

internal enum SwitchEnd
{
    Done,

    /// <summary>There is no such bundle.</summary>
    NotFound,

    /// <summary>Not now, or not in this state.</summary>
    Conflict,

    /// <summary>The bundle must not be served.</summary>
    Refused,
}
