using RecOps.Serving.Users;

namespace RecOps.Server.Events;

/// <summary>An event in the form that outlives the model: by ids.</summary>
/// <param name="UnixMilliseconds">When it happened, UTC.</param>
/// <param name="Key">Key of the id that the caller gave it; see <see cref="EventKey"/>.</param>
internal readonly record struct StoredEvent(string UserId, string ItemId, EventKind Kind, long UnixMilliseconds, long Key = EventKey.None)
{
    /// <summary>Identical for a resent event; if it has an id, even when its time differs.</summary>
    public StoredEvent Identity => Key == EventKey.None ? this : this with { UnixMilliseconds = 0 };

    /// <param name="item">The item's ordinal in a model.</param>
    public FreshEvent On(int item) => new(item, Kind, UnixMilliseconds, Key);
}
