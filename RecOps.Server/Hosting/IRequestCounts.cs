namespace RecOps.Server.Hosting;

/// <summary>Counts what does not become a list: requests that are refused, and events.</summary>
internal interface IRequestCounts
{
    /// <summary>Wrong, or more than the caller may.</summary>
    void RecordRejected();

    /// <summary>The server's fault.</summary>
    void RecordFailure();

    void RecordEvents(int accepted);
}
