namespace RecOps.Serving.Users;

/// <summary>Kind of a shopper event; the numbers index <see cref="Shared.Events.ShopEventType.All"/>.</summary>
internal enum EventKind : byte
{
    View,
    Click,
    Cart,
    Purchase,
}

/// <param name="Item">Ordinal.</param>
/// <param name="UnixMilliseconds">When it happened, UTC.</param>
/// <param name="Key">See <see cref="EventKey"/>.</param>
internal readonly record struct FreshEvent(int Item, EventKind Kind, long UnixMilliseconds, long Key = EventKey.None)
{
    /// <summary>The same in every process, and for an event with an id even if it arrived with another time; never 0.</summary>
    public ulong Hash
    {
        get
        {
            ulong hash = (ulong)(Key == EventKey.None ? UnixMilliseconds : Key) ^ ((ulong)(uint)Item << 24) ^ ((ulong)Kind << 60);
            hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
            hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
            return (hash ^ (hash >> 31)) | 1;
        }
    }

    /// <summary>Whether it is the same event, resent or received another way.</summary>
    public bool IsSameAs(FreshEvent other) =>
        Item == other.Item
        && Kind == other.Kind
        && Key == other.Key
        && (Key != EventKey.None || UnixMilliseconds == other.UnixMilliseconds);
}
