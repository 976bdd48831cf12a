namespace RecOps.Client.Telemetry;

/// <summary>Whether the live view has what happened before it was opened, and between its connections.</summary>
internal enum HistoryStatus
{
    /// <summary>Asked for, not answered yet.</summary>
    Loading,

    /// <summary>All that the server knows is there.</summary>
    Complete,

    /// <summary>The server did not give it; it is asked again while the connection is up.</summary>
    Missing,
}
