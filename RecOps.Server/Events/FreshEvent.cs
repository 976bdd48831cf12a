namespace RecOps.Server.Events;

/// <summary>What kind of thing a shopper did; the numbers index <see cref="Shared.Events.ShopEventType.All"/>.</summary>
internal enum EventKind : byte
{
    View,
    Click,
    Cart,
    Purchase,
}

/// <param name="Item">Ordinal.</param>
/// <param name="UnixMilliseconds">When, UTC.</param>
internal readonly record struct FreshEvent(int Item, EventKind Kind, long UnixMilliseconds);
