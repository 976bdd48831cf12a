namespace RecOps.Server.Events;

/// <summary>An event as it outlives the model: by ids.</summary>
internal readonly record struct StoredEvent(string UserId, string ItemId, EventKind Kind, long UnixMilliseconds);
