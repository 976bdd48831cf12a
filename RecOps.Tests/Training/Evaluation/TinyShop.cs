using RecOps.Training.Import;

namespace RecOps.Tests.Training.Evaluation;

/// <summary>A shop's data, handmade or random, without files.</summary>
internal static class TinyShop
{
    /// <summary>Events in order of time, one second apart, starting at 0.</summary>
    public static ShopData Of(int users, int items, params (int User, int Item, InteractionType Type)[] events) =>
        new(
            new CatalogTable
            {
                ItemIds = [.. Enumerable.Range(0, items).Select(item => $"i{item}")],
                Titles = [.. Enumerable.Repeat("", items)],
                Categories = [.. Enumerable.Repeat("", items)],
                Brands = [.. Enumerable.Repeat("", items)],
                Prices = [.. Enumerable.Repeat<decimal?>(null, items)],
                InStock = [.. Enumerable.Repeat(true, items)],
                Attributes = [],
            },
            new UserTable
            {
                UserIds = [.. Enumerable.Range(0, users).Select(user => $"u{user}")],
                Countries = [.. Enumerable.Repeat("", users)],
                Segments = [.. Enumerable.Repeat("", users)],
            },
            new InteractionTable
            {
                Users = [.. events.Select(e => e.User)],
                Items = [.. events.Select(e => e.Item)],
                Types = [.. events.Select(e => e.Type)],
                Times = [.. events.Select((_, i) => (long)i)],
            }
        );

    /// <summary>Purchases by user and item number.</summary>
    public static ShopData OfPurchases(int users, int items, params (int User, int Item)[] purchases) =>
        Of(users, items, [.. purchases.Select(p => (p.User, p.Item, InteractionType.Purchase))]);

    /// <summary>Random purchases, some of them repeated, with some views in between.</summary>
    public static ShopData Random(int users, int items, int events, int seed)
    {
        var random = new Random(seed);
        return Of(
            users,
            items,
            [
                .. Enumerable
                    .Range(0, events)
                    .Select(_ =>
                        (
                            random.Next(users),
                            (int)(items * random.NextDouble() * random.NextDouble()),
                            random.Next(4) == 0 ? InteractionType.View : InteractionType.Purchase
                        )
                    ),
            ]
        );
    }
}
