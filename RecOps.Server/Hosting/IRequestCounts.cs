namespace RecOps.Server.Hosting;

/// <summary>Counts requests for lists that were not answered with one.</summary>
internal interface IRequestCounts
{
    /// <summary>Wrong, or more than the caller may.</summary>
    void RecordRejected();

    /// <summary>The server's fault.</summary>
    void RecordFailure();
}
