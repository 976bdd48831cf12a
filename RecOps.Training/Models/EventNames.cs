using RecOps.Shared.Bundles;
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

    /// <summary>As bundles and reports record what a model predicts; null for purchases.</summary>
    public static string? OtherThanPurchase(InteractionType target) => target == InteractionType.Purchase ? null : Of(target);

    /// <summary>What a bundle was trained to predict.</summary>
    public static InteractionType TargetOf(BundleManifest manifest) =>
        Enum.GetValues<InteractionType>().FirstOrDefault(type => Of(type) == manifest.Training?.Target, InteractionType.Purchase);
}
