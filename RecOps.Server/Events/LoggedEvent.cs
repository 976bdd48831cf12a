namespace RecOps.Server.Events;

/// <param name="Sequence">Its position in this server's log, from 1.</param>
internal readonly record struct LoggedEvent(long Sequence, StoredEvent Event);
