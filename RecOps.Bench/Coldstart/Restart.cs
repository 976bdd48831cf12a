using RecOps.Bench.Caching;

namespace RecOps.Bench.Coldstart;

/// <summary>How many requests after a restart found no cached list, for one warm-up strategy.</summary>
/// <param name="Lists">Number of warmed lists.</param>
/// <param name="Cold">Requests without a list within each of <see cref="Minutes"/>.</param>
/// <param name="Caused">Those of them for which a server without the restart would have had a list.</param>
/// <param name="Used">Warmed lists that were requested within the last of <see cref="Minutes"/>.</param>
internal sealed record Restart(string Warming, int Lists, int[] Cold, int[] Caused, int Used)
{
    /// <summary>Minutes since the restart.</summary>
    public static readonly int[] Minutes = [1, 10, 60];

    public const string None = "none";
    public const string Popular = "most popular";
    public const string Clusters = "random clusters";
    public const string Own = "next visitors";
    public const string Kept = "no restart";

    /// <param name="lists">Shoppers who have a list when the server is back.</param>
    /// <param name="kept">Shoppers who would have one without the restart.</param>
    /// <param name="after">Requests after the restart, in order.</param>
    public static Restart Replay(
        string warming,
        IEnumerable<int> lists,
        IReadOnlySet<int> kept,
        IEnumerable<ShopRequest> after,
        double restarted
    )
    {
        var there = new HashSet<int>(lists);
        int warmed = there.Count;
        var cold = new int[Minutes.Length];
        var caused = new int[Minutes.Length];
        var asked = new HashSet<int>();
        var computed = new HashSet<int>();
        foreach (ShopRequest request in after)
        {
            asked.Add(request.Shopper);
            if (there.Contains(request.Shopper) || !computed.Add(request.Shopper))
                continue;
            for (int i = 0; i < Minutes.Length; i++)
            {
                if ((request.Hours - restarted) * 60 >= Minutes[i])
                    continue;
                cold[i]++;
                if (kept.Contains(request.Shopper))
                    caused[i]++;
            }
        }

        there.IntersectWith(asked);
        return new Restart(warming, warmed, cold, caused, there.Count);
    }
}
