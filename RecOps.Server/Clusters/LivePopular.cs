using RecOps.Shared.Bundles;

namespace RecOps.Server.Clusters;

/// <summary>
/// What each cluster likes now: the bundle's list, moved by what its users do. Weights of events halve with time by forward decay
/// (Cormode, Shkapenyuk, Srivastava and Xu 2009): later events weigh more, so that earlier ones need not be touched. Reading takes no lock.
/// </summary>
internal sealed class LivePopular
{
    /// <summary>Weight of the bundle's first item, in events of weight 1; its others have less by their place.</summary>
    public const double PriorWeight = 40;

    private static readonly TimeSpan HalfLife = TimeSpan.FromHours(6);

    /// <summary>Half-lives after which weights are brought back to where they began: a double holds twice as many.</summary>
    private const double MostHalfLives = 500;

    private readonly Cluster[] _clusters;
    private readonly TimeProvider _time;

    /// <param name="bundled">[clusters, p]: item ordinals, best first, -1 pads.</param>
    public LivePopular(MappedTensor<int> bundled, TimeProvider time)
    {
        _time = time;
        _clusters = new Cluster[bundled.Rows];
        for (int i = 0; i < _clusters.Length; i++) _clusters[i] = new Cluster(bundled[i].ToArray(), time.GetUtcNow());
    }

    /// <summary>Item ordinals, best first, -1 pads.</summary>
    public ReadOnlySpan<int> In(int cluster) => Volatile.Read(ref _clusters[cluster].List);

    /// <summary>The bundle's own list.</summary>
    public ReadOnlySpan<int> BundledIn(int cluster) => _clusters[cluster].Bundled;

    /// <summary>Counts what a user of the cluster did; <see cref="Refresh"/> brings it into the list.</summary>
    /// <param name="weight">More than 0.</param>
    public void Add(int cluster, int item, double weight)
    {
        Cluster into = _clusters[cluster];
        lock (into)
        {
            into.Live[item] = into.Live.GetValueOrDefault(item) + (weight * GrowthOf(into));
            into.Changed = true;
        }
    }

    /// <summary>Weight of recent events on an item, 0 for none.</summary>
    public double WeightOf(int cluster, int item)
    {
        lock (_clusters[cluster]) return _clusters[cluster].Live.GetValueOrDefault(item) / GrowthOf(_clusters[cluster]);
    }

    /// <summary>Makes the lists anew of clusters in which something happened.</summary>
    public void Refresh()
    {
        foreach (Cluster cluster in _clusters)
        {
            lock (cluster)
            {
                if (!cluster.Changed) continue;
                cluster.Changed = false;
                Rank(cluster, GrowthOf(cluster));
            }
        }
    }

    private static void Rank(Cluster cluster, double growth)
    {
        int length = cluster.Bundled.Length;
        var weights = new Dictionary<int, double>(cluster.Live.Count + length);
        foreach ((int item, double weight) in cluster.Live) weights[item] = weight / growth;
        for (int place = 0; place < length; place++)
        {
            int item = cluster.Bundled[place];
            if (item >= 0) weights[item] = weights.GetValueOrDefault(item) + (PriorWeight * (length - place) / length);
        }

        int[] items = [.. weights.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Select(pair => pair.Key).Take(length)];
        Volatile.Write(ref cluster.List, [.. items, .. Enumerable.Repeat(-1, length - items.Length)]);

        // Items far below the list will hardly ever reach it, and new ones must find room.
        if (cluster.Live.Count <= 8 * length) return;
        foreach (int item in cluster.Live.OrderByDescending(pair => pair.Value).Skip(4 * length).Select(pair => pair.Key).ToArray())
            cluster.Live.Remove(item);
    }

    /// <summary>How much an event of now weighs against one of the cluster's start. Under its lock.</summary>
    private double GrowthOf(Cluster cluster)
    {
        DateTimeOffset now = _time.GetUtcNow();
        double halfLives = (now - cluster.Start) / HalfLife;
        if (halfLives < MostHalfLives) return Math.Pow(2, halfLives);
        foreach (int item in cluster.Live.Keys.ToArray()) cluster.Live[item] *= Math.Pow(2, -halfLives);
        cluster.Start = now;
        return 1;
    }

    private sealed class Cluster(int[] bundled, DateTimeOffset start)
    {
        public DateTimeOffset Start { get; set; } = start;

        public int[] List = bundled;

        public int[] Bundled { get; } = bundled;

        public Dictionary<int, double> Live { get; } = [];

        public bool Changed { get; set; }
    }
}
