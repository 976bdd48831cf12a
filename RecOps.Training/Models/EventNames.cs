using RecOps.Shared.Events;
using RecOps.Training.Import;

namespace RecOps.Training.Models;

/// <summary>Event type names on the wire and in <c>features.eventWeights</c>.</summary>
internal static class EventNames
{
    public static string Of(InteractionType type) =>
        type switch
        {
            InteractionType.View => ShopEventType.View,
            InteractionType.Click => ShopEventType.Click,
            InteractionType.Cart => ShopEventType.Cart,
            _ => ShopEventType.Purchase,
        };
}
