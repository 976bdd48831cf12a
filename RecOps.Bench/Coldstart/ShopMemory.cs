using RecOps.Bench.Caching;
using RecOps.Serving.Clusters;

namespace RecOps.Bench.Coldstart;

/// <summary>What is known about shoppers when the server restarts.</summary>
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
        if (request.Cluster < 0)
            return;
        _visitors.Seen(request.Shopper, MomentOf(request.Hours));
        _visits[request.Shopper]++;
        _last[request.Shopper] = request.Hours;
    }

    /// <summary>The shoppers that the server would warm at a start, by its own estimate.</summary>
    public int[] Next(int most, double hours) => _visitors.Next(most, MomentOf(hours));

    /// <summary>The shoppers with the most requests so far.</summary>
    public IEnumerable<int> Popular(int most) =>
        Enumerable.Range(0, _visits.Length).Where(user => _visits[user] > 0).OrderByDescending(user => _visits[user]).Take(most);

    /// <summary>All shoppers of one randomly drawn cluster after another.</summary>
    public static IEnumerable<int> RandomClusters(int most, int seed)
    {
        int[] clusters = [.. Enumerable.Range(0, ShopTraffic.Clusters)];
        var random = new Random(seed);
        random.Shuffle(clusters);
        return clusters
            .SelectMany(cluster =>
            {
                int[] users = [.. Enumerable.Range(0, ShopTraffic.Shoppers).Where(user => user % ShopTraffic.Clusters == cluster)];
                random.Shuffle(users);
                return users;
            })
            .Take(most);
    }

    /// <summary>Shoppers whose list would still be cached.</summary>
    public IEnumerable<int> Kept(double hours) => Enumerable.Range(0, _last.Length).Where(user => hours - _last[user] < ListLifeHours);

    private static long MomentOf(double hours) => Begin + (long)(hours * 3_600_000);
}
