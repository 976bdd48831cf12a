using RecOps.Serving.Users;

namespace RecOps.Server.Events;

/// <summary>An event as it outlives the model: by ids.</summary>
/// <param name="UnixMilliseconds">When, UTC.</param>
/// <param name="Key">Of the id that the caller gave it; see <see cref="EventKey"/>.</param>
internal readonly record struct StoredEvent(string UserId, string ItemId, EventKind Kind, long UnixMilliseconds, long Key = EventKey.None)
{
    /// <summary>The same for an event that is sent again, if it has an id also where its time is another.</summary>
    public StoredEvent Identity => Key == EventKey.None ? this : this with { UnixMilliseconds = 0 };

    /// <param name="item">The item's ordinal in a model.</param>
    public FreshEvent On(int item) => new(item, Kind, UnixMilliseconds, Key);
}
