namespace RecOps.Server.Events;

/// <param name="Sequence">Its place in the log of this server, from 1.</param>
internal readonly record struct LoggedEvent(long Sequence, StoredEvent Event);
