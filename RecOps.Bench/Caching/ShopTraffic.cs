using RecOps.Serving.Caching;

namespace RecOps.Bench.Caching;

/// <param name="Cluster">-1 for an unknown shopper.</param>
/// <param name="Hours">Hours since the traffic began, at midnight.</param>
internal readonly record struct ShopRequest(int Shopper, int Cluster, double Hours);

/// <summary>
/// Generates a shop's traffic. Shoppers belong to clusters that are active at different hours. They come for a few requests, leave, and
/// return more often the better customers they are. With drift, other shoppers become good customers over time.
/// </summary>
internal sealed class ShopTraffic(int seed)
{
    public const int Shoppers = 200_000;
    public const int Clusters = 16;
    private const int Requests = 1_000_000;
    private const int Days = 4;
    private const int Active = 400;
    private readonly Random _random = new(seed);

    /// <summary>A shopper's share of requests falls as a power of their rank; from time to time ranks change.</summary>
    public Trace Zipf(double exponent, double drift)
    {
        var ranks = new PowerLaw(Shoppers, exponent);
        int[] shoppers = [.. Enumerable.Range(0, Shoppers)];
        var requests = new TraceRequest[Requests];
        int size = CachedList.BytesOf(200);
        for (int i = 0; i < Requests; i++)
        {
            // A shopper of any rank and one of the first thousand swap places.
            if (_random.NextDouble() < drift)
            {
                int first = _random.Next(1000),
                    second = _random.Next(Shoppers);
                (shoppers[first], shoppers[second]) = (shoppers[second], shoppers[first]);
            }

            requests[i] = new TraceRequest(Key(shoppers[ranks.Draw(_random)]), size, 1, -1);
        }

        return new Trace(
            drift == 0 ? $"zipf {exponent}" : $"zipf {exponent} drifting",
            $"shares by a power law of exponent {exponent}, {drift:0.###} changes of rank per request",
            requests
        );
    }

    /// <summary>Visits by cluster and hour of the day.</summary>
    /// <param name="mixed">Whether unknown shoppers, item pages and full lists differ in bytes and cost; otherwise all are equal.</param>
    public Trace Visits(bool mixed)
    {
        TraceRequest[] requests = [.. Visits(Requests, mixed ? 0.3 : 0).Select(visited => Ask(visited, mixed))];
        return mixed
            ? new Trace(
                "shop, mixed",
                "the same with unknown shoppers (320 B, a tenth of the cost) and item pages (1.5 times the cost)",
                requests
            )
            : new Trace(
                "shop",
                $"{Days} days of visits of about 5 requests, {Clusters} clusters with their own active hours, lists of equal size and cost",
                requests
            );
    }

    /// <summary>Who sends requests, and when.</summary>
    /// <param name="strangers">Share of visits by shoppers never seen before or after.</param>
    public IEnumerable<ShopRequest> Visits(int requests, double strangers)
    {
        var ranks = new PowerLaw(Shoppers / Clusters, 0.8);
        double[] peaks = [.. Enumerable.Range(0, Clusters).Select(_ => _random.NextDouble() * 24)];
        var visits = new List<Visit>();
        for (int i = 0; i < requests; i++)
        {
            double hours = (double)i * Days * 24 / Requests;
            if (visits.Count < Active)
                visits.Add(Begin(ranks, peaks, hours % 24, strangers));
            int at = _random.Next(visits.Count);
            Visit visit = visits[at];
            yield return new ShopRequest(visit.Shopper, visit.Cluster, hours);
            if (--visit.Left == 0)
                visits.RemoveAt(at);
        }
    }

    private static ulong Key(int number)
    {
        ulong hash = ((ulong)number + 1) * 0x9E3779B97F4A7C15;
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        return hash ^ (hash >> 31);
    }

    private Visit Begin(PowerLaw ranks, double[] peaks, double hour, double strangers)
    {
        int length = 1;
        while (_random.NextDouble() < 0.8)
            length++;
        if (strangers > 0 && _random.NextDouble() < strangers)
            return new Visit(Shoppers + _random.Next(int.MaxValue / 2), -1, length);
        int cluster;

        // A cluster is active for a few hours around its peak, and hardly at other times.
        do cluster = _random.Next(Clusters);
        while (_random.NextDouble() > 0.03 + (0.97 * Math.Exp(-Math.Pow(Distance(hour, peaks[cluster]) / 2.5, 2))));
        return new Visit((ranks.Draw(_random) * Clusters) + cluster, cluster, length);
    }

    private static double Distance(double hour, double peak) => Math.Min(Math.Abs(hour - peak), 24 - Math.Abs(hour - peak));

    private TraceRequest Ask(in ShopRequest request, bool mixed)
    {
        int size = CachedList.BytesOf(200);
        if (!mixed)
            return new TraceRequest(Key(request.Shopper), size, 1, request.Cluster);
        if (request.Cluster < 0)
            return new TraceRequest(Key(request.Shopper), CachedList.Overhead, 0.1f, -1);
        bool page = _random.NextDouble() < 0.25;
        return page
            ? new TraceRequest(Key(request.Shopper) ^ Key(_random.Next(2000)), size, 1.5f, request.Cluster)
            : new TraceRequest(Key(request.Shopper), size, 1, request.Cluster);
    }

    private sealed class Visit(int shopper, int cluster, int left)
    {
        public int Shopper => shopper;

        public int Cluster => cluster;

        public int Left { get; set; } = left;
    }
}
