using RecOps.Bench.Caching;
using RecOps.Server.Clusters;

namespace RecOps.Bench.Coldstart;

/// <summary>How many requests after a restart found no list, by how lists were warmed before.</summary>
/// <param name="Lists">Warmed.</param>
/// <param name="Cold">Requests without a list within each of <see cref="Minutes"/>.</param>
/// <param name="Caused">Of these, how many a server that was not restarted would have had a list for.</param>
/// <param name="Used">Warmed lists that were asked for within the last of them.</param>
internal sealed record Restart(string Warming, int Lists, int[] Cold, int[] Caused, int Used)
{
    /// <summary>Since the restart.</summary>
    public static readonly int[] Minutes = [1, 10, 60];

    public const string None = "none";
    public const string Popular = "most popular";
    public const string Clusters = "random clusters";
    public const string Own = "next visitors";
    public const string Kept = "no restart";

    /// <param name="lists">Of those of whom there is a list when the server is there again.</param>
    /// <param name="kept">Of those of whom there would be one without a restart.</param>
    /// <param name="after">Requests since then, in order.</param>
    public static Restart Replay(string warming, IEnumerable<int> lists, IReadOnlySet<int> kept, IEnumerable<ShopRequest> after, double restarted)
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
            if (there.Contains(request.Shopper) || !computed.Add(request.Shopper)) continue;
            for (int i = 0; i < Minutes.Length; i++)
            {
                if ((request.Hours - restarted) * 60 >= Minutes[i]) continue;
                cold[i]++;
                if (kept.Contains(request.Shopper)) caused[i]++;
            }
        }

        there.IntersectWith(asked);
        return new Restart(warming, warmed, cold, caused, there.Count);
    }
}

/// <summary>What is known of shoppers when the server is restarted.</summary>
internal sealed class ShopMemory
{
    private const double ListLifeHours = 6;
    private readonly VisitorEstimate _visitors = new(ShopTraffic.Shoppers, ShopTraffic.Clusters, user => user % ShopTraffic.Clusters);
    private readonly int[] _visits = new int[ShopTraffic.Shoppers];
    private readonly double[] _last = [.. Enumerable.Repeat(double.NegativeInfinity, ShopTraffic.Shoppers)];

    /// <summary>Any midnight.</summary>
    private static readonly long Begin = new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public void See(in ShopRequest request)
    {
        if (request.Cluster < 0) return;
        _visitors.Seen(request.Shopper, MomentOf(request.Hours));
        _visits[request.Shopper]++;
        _last[request.Shopper] = request.Hours;
    }

    /// <summary>What the server does when it starts, by its own estimate.</summary>
    public int[] Next(int most, double hours) => _visitors.Next(most, MomentOf(hours));

    /// <summary>Who asked most often in all that time.</summary>
    public IEnumerable<int> Popular(int most) => Enumerable.Range(0, _visits.Length).Where(user => _visits[user] > 0).OrderByDescending(user => _visits[user]).Take(most);

    /// <summary>Shoppers of one cluster drawn after another.</summary>
    public static IEnumerable<int> RandomClusters(int most, int seed)
    {
        int[] clusters = [.. Enumerable.Range(0, ShopTraffic.Clusters)];
        var random = new Random(seed);
        random.Shuffle(clusters);
        return clusters.SelectMany(cluster =>
        {
            int[] users = [.. Enumerable.Range(0, ShopTraffic.Shoppers).Where(user => user % ShopTraffic.Clusters == cluster)];
            random.Shuffle(users);
            return users;
        }).Take(most);
    }

    /// <summary>Whose list would still be there.</summary>
    public IEnumerable<int> Kept(double hours) => Enumerable.Range(0, _last.Length).Where(user => hours - _last[user] < ListLifeHours);

    private static long MomentOf(double hours) => Begin + (long)(hours * 3_600_000);
}
