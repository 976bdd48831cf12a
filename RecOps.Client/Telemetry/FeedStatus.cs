namespace RecOps.Client.Telemetry;

/// <summary>How the live connection fares.</summary>
public enum FeedStatus
{
    /// <summary>Never connected yet.</summary>
    Connecting,

    /// <summary>Data or heartbeats arrive.</summary>
    Live,

    /// <summary>The connection broke and is being made again.</summary>
    Reconnecting,

    /// <summary>Several attempts failed in a row; attempts go on.</summary>
    Offline,
}
