namespace RecOps.Server.Hosting;

/// <summary>Counts requests that do not produce a list: refused requests, and events.</summary>
internal interface IRequestCounts
{
    /// <summary>Invalid, or over the caller's limits.</summary>
    void RecordRejected();

    /// <summary>Failures of the server.</summary>
    void RecordFailure();

    void RecordEvents(int accepted);
}
