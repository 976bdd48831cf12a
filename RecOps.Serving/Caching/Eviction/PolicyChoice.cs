namespace RecOps.Serving.Caching.Eviction;

/// <param name="WindowShare">Of <see cref="EvictionPolicy"/>: share of the capacity that is the window's, above 0 to 1.</param>
/// <param name="Worth">Which of <see cref="RequestHistory.Worths"/>.</param>
internal readonly record struct PolicySetting(double WindowShare, EntryWorth Worth);

/// <summary>
/// Finds the setting that serves the traffic of late best, by running small caches of all settings beside the real one on a sample of the
/// keys (Waldspurger, Saemundsson, Ahmad and Park, "Cache Modeling and Optimization using Miniature Simulations", 2017). Not thread-safe.
/// </summary>
internal sealed class PolicyChoice
{
    private const int SampledEntries = 2048;
    private const double Fade = 0.8;

    /// <summary>A setting is left only for one that saves so much more.</summary>
    private const double LeastGain = 1.002;

    private static readonly double[] Shares = [0.01, 0.05, 0.2, 0.5];

    private readonly MiniatureCache[] _caches;
    private readonly ulong _mask;
    private readonly int _period;
    private MiniatureCache _best;
    private int _seen;

    /// <param name="entries">About how many fit into the real cache.</param>
    public PolicyChoice(long capacityBytes, int entries, RequestHistory history)
    {
        int shift = 0;
        while (entries >> shift > SampledEntries)
            shift++;
        _mask = (1UL << shift) - 1;
        _period = Math.Max(entries >> shift, 2048);

        // All by recency is one setting: nothing is worth anything then. It is also what a cache that is not full yet begins with.
        PolicySetting recency = new(1, history.Worths[0]);
        IEnumerable<PolicySetting> settings = history.Worths.SelectMany(worth => Shares.Select(share => new PolicySetting(share, worth)));
        _caches = [.. settings.Prepend(recency).Select(setting => new MiniatureCache(capacityBytes >> shift, setting))];
        _best = _caches[0];
    }

    public PolicySetting Best => _best.Setting;

    /// <summary>An entry was asked for, whether it was there or not.</summary>
    public void Asked(EvictionNode node)
    {
        // Bits that pick the sample must not be those that pick a place in a table.
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

    /// <summary>What a cache of a setting would do with the sample.</summary>
    private sealed class MiniatureCache(long capacityBytes, PolicySetting setting)
    {
        private readonly EvictionPolicy _policy = new(capacityBytes, setting);
        private readonly Dictionary<ulong, EvictionNode> _nodes = [];

        public PolicySetting Setting => setting;

        /// <summary>Cost of what was there when it was asked for, of late.</summary>
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
