namespace RecOps.Server.Events;

/// <summary>Where events are written down.</summary>
internal interface IEventLog
{
    /// <exception cref="Exception">They could not be written; the next may be.</exception>
    Task WriteAsync(IReadOnlyList<StoredEvent> events, int keptPerUser, CancellationToken cancellationToken);

    /// <summary>Everything that was written down and is to be known at start, oldest first.</summary>
    IEnumerable<StoredEvent> ReadAll(CancellationToken cancellationToken);
}
