namespace RecOps.Serving.Caching.Eviction;

/// <param name="WindowShare">The window's share of the capacity, above 0 to 1.</param>
/// <param name="Worth">One of <see cref="RequestHistory.Worths"/>.</param>
internal readonly record struct PolicySetting(double WindowShare, EntryWorth Worth);

/// <summary>
/// Finds the policy setting that suits recent traffic. Not thread-safe. Source: Waldspurger, Saemundsson, Ahmad and Park, "Cache Modeling
/// and Optimization using Miniature Simulations", 2017.
/// 1. Nine miniature caches run beside the real one: four window shares × two memory lengths, and pure LRU.
/// 2. Each sees the same hash-sampled subset of the keys, and has the capacity scaled down accordingly.
/// 3. Each sums the cost of its hits, which decays over time.
/// 4. Once per period, the real cache switches to the setting with the largest sum, if that is at least 0.2 % better than its current
/// one's.
/// </summary>
internal sealed class PolicyChoice
{
    private const int SampledEntries = 2048;
    private const double Fade = 0.8;

    /// <summary>Minimum gain for switching to another setting.</summary>
    private const double LeastGain = 1.002;

    private static readonly double[] Shares = [0.01, 0.05, 0.2, 0.5];

    private readonly MiniatureCache[] _caches;
    private readonly ulong _mask;
    private readonly int _period;
    private MiniatureCache _best;
    private int _seen;

    /// <param name="entries">Approximate number of entries in the real cache.</param>
    public PolicyChoice(long capacityBytes, int entries, RequestHistory history)
    {
        int shift = 0;
        while (entries >> shift > SampledEntries)
            shift++;
        _mask = (1UL << shift) - 1;
        _period = Math.Max(entries >> shift, 2048);

        // Pure recency is one setting, in which worth does not matter. A cache that is not full yet also starts with it.
        PolicySetting recency = new(1, history.Worths[0]);
        IEnumerable<PolicySetting> settings = history.Worths.SelectMany(worth => Shares.Select(share => new PolicySetting(share, worth)));
        _caches = [.. settings.Prepend(recency).Select(setting => new MiniatureCache(capacityBytes >> shift, setting))];
        _best = _caches[0];
    }

    public PolicySetting Best => _best.Setting;

    /// <summary>An entry was requested, whether or not it was cached.</summary>
    public void Asked(EvictionNode node)
    {
        // The sampling bits must differ from those that pick a place in a table.
        if (((node.Hash >> 8) & _mask) != 0)
            return;
        foreach (MiniatureCache cache in _caches)
            cache.Ask(node);
        if (++_seen < _period)
            return;
        _seen = 0;
        MiniatureCache best = _best;
        foreach (MiniatureCache cache in _caches)
        {
            if (cache.Saved > best.Saved)
                best = cache;
        }

        if (best.Saved > _best.Saved * LeastGain)
            _best = best;
        foreach (MiniatureCache cache in _caches)
            cache.Saved *= Fade;
    }

    /// <summary>Simulates a setting's cache on the sample.</summary>
    private sealed class MiniatureCache(long capacityBytes, PolicySetting setting)
    {
        private readonly EvictionPolicy _policy = new(capacityBytes, setting);
        private readonly Dictionary<ulong, EvictionNode> _nodes = [];

        public PolicySetting Setting => setting;

        /// <summary>Decayed cost of its hits.</summary>
        public double Saved { get; set; }

        public void Ask(EvictionNode asked)
        {
            if (_nodes.TryGetValue(asked.Hash, out EvictionNode? node))
            {
                Saved += asked.Cost;
                _policy.Touch(node);
                return;
            }

            node = new EvictionNode
            {
                Hash = asked.Hash,
                Bytes = asked.Bytes,
                Cost = asked.Cost,
                Cluster = asked.Cluster,
            };
            _nodes.Add(node.Hash, node);
            _policy.Add(node);
            while (_policy.Evict() is { } evicted)
                _nodes.Remove(evicted.Hash);
        }
    }
}
