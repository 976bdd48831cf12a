using MudBlazor;
using RecOps.Shared.Events;

namespace RecOps.Client.Recommendations;

/// <summary>Something a shopper can do with an item of the list.</summary>
/// <param name="Type">One of <see cref="ShopEventType"/>.</param>
/// <param name="Verb">The verb on the button.</param>
/// <param name="Past">The past tense, for messages.</param>
internal sealed record ListAction(string Type, string Verb, string Past, string Icon)
{
    public static readonly ListAction[] All =
    [
        new(ShopEventType.View, "View", "viewed", Icons.Material.Outlined.Visibility),
        new(ShopEventType.Click, "Click", "clicked", Icons.Material.Outlined.TouchApp),
        new(ShopEventType.Cart, "Add to cart", "added to the cart", Icons.Material.Outlined.AddShoppingCart),
        new(ShopEventType.Purchase, "Purchase", "purchased", Icons.Material.Outlined.ShoppingBag),
    ];
}
