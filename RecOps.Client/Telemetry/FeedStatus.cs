namespace RecOps.Client.Telemetry;

/// <summary>The state of the live connection.</summary>
public enum FeedStatus
{
    /// <summary>Never connected yet.</summary>
    Connecting,

    /// <summary>Data or heartbeats arrive.</summary>
    Live,

    /// <summary>The connection broke and is being re-established.</summary>
    Reconnecting,

    /// <summary>Several attempts failed in a row; attempts continue.</summary>
    Offline,
}
