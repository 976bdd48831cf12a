namespace RecOps.Client.Telemetry;

/// <summary>Whether the live view has the data from before it was opened, and between its connections.</summary>
internal enum HistoryStatus
{
    /// <summary>Requested, not answered yet.</summary>
    Loading,

    /// <summary>Everything that the server has is there.</summary>
    Complete,

    /// <summary>The server did not return it; the console keeps asking while the connection is up.</summary>
    Missing,
}
