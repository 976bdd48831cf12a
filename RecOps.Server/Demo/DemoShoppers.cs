using RecOps.Serving.Models;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Demo;

/// <summary>
/// Behaviour of simulated shoppers: few visit often, some are new, a visit has a few pages, most only look, a few buy. Not thread-safe.
/// </summary>
internal sealed class DemoShoppers(Random random, IReadOnlyCollection<string> placements)
{
    /// <summary>Shoppers in the shop at a time.</summary>
    private const int Present = 120;

    /// <summary>Probability that a page is the visit's last: five pages on average.</summary>
    private const double LeaveShare = 0.2;

    private const double NewShopperShare = 0.05;
    private const int NewShoppers = 500;

    private static readonly (string Placement, double Share)[] Visits =
    [
        ("home", 0.35),
        ("product", 0.35),
        ("category", 0.12),
        ("cart", 0.08),
        ("search", 0.07),
        ("email", 0.03),
    ];

    /// <summary>How far a shopper goes with a list; each figure is a share of all lists.</summary>
    private static readonly (string Type, double Share)[] Steps =
    [
        (ShopEventType.View, 0.35),
        (ShopEventType.Click, 0.18),
        (ShopEventType.Cart, 0.06),
        (ShopEventType.Purchase, 0.025),
    ];

    private readonly List<string> _present = [];

    public RecommendationRequest NextRequest(ServingModel model)
    {
        string placement = NextPlacement();
        return new RecommendationRequest
        {
            UserId = NextVisitor(model),
            Placement = placement,
            Count = placement == "email" ? 6 : 20,
            ItemId = placement == "product" ? model.Catalog.IdOf(LongTail(model.Popular.Ordinals)) : null,
        };
    }

    /// <summary>What the shopper does with a list, oldest first; usually nothing.</summary>
    public ShopEvent[] React(RecommendationResponse response)
    {
        if (response.Items.Length == 0)
            return [];
        double patience = random.NextDouble();
        RecommendedItem item = response.Items[LongTail(response.Items.Length)];
        return
        [
            .. Steps
                .Where(step => patience < step.Share)
                .Select(step => new ShopEvent
                {
                    UserId = response.UserId,
                    ItemId = item.ItemId,
                    Type = step.Type,
                    RequestId = response.RequestId,
                }),
        ];
    }

    private string NextPlacement()
    {
        double at = random.NextDouble();
        foreach ((string placement, double share) in Visits)
        {
            at -= share;
            if (at < 0 && placements.Contains(placement))
                return placement;
        }

        return placements.First();
    }

    /// <summary>A shopper who is currently in the shop.</summary>
    private string NextVisitor(ServingModel model)
    {
        if (_present.Count < Present)
            _present.Add(NextUser(model));
        int at = random.Next(_present.Count);
        string user = _present[at];
        if (random.NextDouble() < LeaveShare)
            _present.RemoveAt(at);
        return user;
    }

    private string NextUser(ServingModel model)
    {
        if (random.NextDouble() < NewShopperShare)
            return $"visitor-{random.Next(NewShoppers)}";

        // Neighbours in the table are unrelated in popularity, so the long tail is laid over it in another order.
        long rank = LongTail(model.Users.Count);
        return model.Users.IdOf((int)(rank * 7_368_787 % model.Users.Count));
    }

    private int LongTail(ReadOnlySpan<int> ordinals) => ordinals[LongTail(ordinals.Length)];

    /// <summary>A number below a limit, skewed to small ones: the probability of n falls as 1 / (n + 1).</summary>
    private int LongTail(int limit) => Math.Min(limit - 1, (int)Math.Pow(limit + 1, random.NextDouble()) - 1);
}
