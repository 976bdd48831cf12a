using RecOps.Server.Models;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Demo;

/// <summary>What made-up shoppers do: few visit often, some are new, most look, a few buy.</summary>
internal sealed class DemoShoppers(Random random, IReadOnlyCollection<string> placements)
{
    private const double NewShopperShare = 0.05;
    private const int NewShoppers = 500;

    private static readonly (string Placement, double Share)[] Visits =
        [("home", 0.35), ("product", 0.35), ("category", 0.12), ("cart", 0.08), ("search", 0.07), ("email", 0.03)];

    /// <summary>How far a shopper goes with a list: each share is of all lists.</summary>
    private static readonly (string Type, double Share)[] Steps =
        [(ShopEventType.View, 0.35), (ShopEventType.Click, 0.18), (ShopEventType.Cart, 0.06), (ShopEventType.Purchase, 0.025)];

    public RecommendationRequest NextRequest(ServingModel model)
    {
        string placement = NextPlacement();
        return new RecommendationRequest
        {
            UserId = NextUser(model),
            Placement = placement,
            Count = placement == "email" ? 6 : 20,
            ItemId = placement == "product" ? model.Catalog.IdOf(LongTail(model.Popular.Ordinals)) : null,
        };
    }

    /// <summary>What the shopper does with a list, oldest first; mostly nothing.</summary>
    public ShopEvent[] React(RecommendationResponse response)
    {
        if (response.Items.Length == 0) return [];
        double patience = random.NextDouble();
        RecommendedItem item = response.Items[LongTail(response.Items.Length)];
        return
        [
            .. Steps.Where(step => patience < step.Share).Select(step => new ShopEvent
            {
                UserId = response.UserId, ItemId = item.ItemId, Type = step.Type, RequestId = response.RequestId,
            }),
        ];
    }

    private string NextPlacement()
    {
        double at = random.NextDouble();
        foreach ((string placement, double share) in Visits)
        {
            at -= share;
            if (at < 0 && placements.Contains(placement)) return placement;
        }

        return placements.First();
    }

    private string NextUser(ServingModel model)
    {
        if (random.NextDouble() < NewShopperShare) return $"visitor-{random.Next(NewShoppers)}";

        // Neighbours in the table have nothing in common with popularity: the tail is laid over it in another order.
        long rank = LongTail(model.Users.Count);
        return model.Users.IdOf((int)(rank * 7_368_787 % model.Users.Count));
    }

    private int LongTail(ReadOnlySpan<int> ordinals) => ordinals[LongTail(ordinals.Length)];

    /// <summary>A number under a limit, small ones most often: the chance of n falls as 1 / (n + 1).</summary>
    private int LongTail(int limit) => Math.Min(limit - 1, (int)Math.Pow(limit + 1, random.NextDouble()) - 1);
}
