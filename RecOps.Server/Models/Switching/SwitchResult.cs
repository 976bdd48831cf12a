namespace RecOps.Server.Models.Switching;

/// <summary>What came of wanting to change a model.</summary>
/// <param name="Reason">For people; empty when it was done.</param>
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

    /// <summary>Not at this moment, or not in this state.</summary>
    Conflict,

    /// <summary>The bundle must not be served.</summary>
    Refused,
}
