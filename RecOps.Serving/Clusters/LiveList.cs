namespace RecOps.Serving.Clusters;

/// <summary>
/// A live popular list: the bundle's list, moved by shopper events. Reading takes no lock. Source: forward decay (Cormode, Shkapenyuk,
/// Srivastava and Xu, 2009).
/// 1. An event adds weight × 2^(age of the list at the event ÷ half-life). Later events weigh more, so earlier ones need not be updated.
/// 2. Before that growth could overflow, all weights are rescaled to a new start.
/// 3. To rank, weights are divided by the current growth, and each bundled item gets a prior that falls linearly with its position.
/// 4. The heaviest items form the new list. Negligible weights are dropped, so without events it returns to the bundle's.
/// </summary>
internal sealed class LiveList
{
    /// <summary>Weight of the bundle's first item, in events of weight 1; later positions have less.</summary>
    public const double PriorWeight = 40;

    /// <summary>Half-life of an event's weight.</summary>
    public static readonly TimeSpan HalfLife = TimeSpan.FromHours(6);

    /// <summary>Half-lives after which weights are rescaled: a double holds twice as many.</summary>
    private const double MostHalfLives = 500;

    /// <summary>Weight below which an item counts as untouched.</summary>
    private const double Forgotten = 0.01;

    /// <summary>Even without new events, the list gradually returns to the bundle's.</summary>
    private static readonly TimeSpan Aging = TimeSpan.FromMinutes(1);

    private readonly int[] _bundled;
    private readonly TimeProvider _time;
    private readonly Dictionary<int, double> _live = [];
    private readonly Lock _lock = new();
    private int[] _list;
    private DateTimeOffset _start;
    private DateTimeOffset _ranked;
    private bool _changed;

    /// <param name="bundled">Item ordinals, best first, -1 pads; its length is the list's.</param>
    public LiveList(int[] bundled, TimeProvider time)
    {
        (_bundled, _list, _time) = (bundled, bundled, time);
        _start = time.GetUtcNow();
    }

    /// <summary>Item ordinals, best first, -1 pads.</summary>
    public ReadOnlySpan<int> Items => Volatile.Read(ref _list);

    /// <summary>The bundle's own list.</summary>
    public ReadOnlySpan<int> Bundled => _bundled;

    /// <summary>Counts an event; <see cref="Refresh"/> applies it to the list.</summary>
    /// <param name="weight">More than 0.</param>
    /// <param name="at">When it happened; an earlier event counts for what is left of it.</param>
    public void Add(int item, double weight, DateTimeOffset at)
    {
        lock (_lock)
            Set(item, _live.GetValueOrDefault(item) + (weight * GrowthAt(at)));
    }

    /// <summary>Merges a weight from elsewhere, part of which may already be counted here.</summary>
    /// <param name="weight">Weight as of <paramref name="at"/>.</param>
    public void Raise(int item, double weight, DateTimeOffset at)
    {
        lock (_lock)
            Set(item, Math.Max(_live.GetValueOrDefault(item), weight * GrowthAt(at)));
    }

    /// <summary>Weight of recent events on an item, 0 for none.</summary>
    public double WeightOf(int item)
    {
        lock (_lock)
            return _live.GetValueOrDefault(item) / GrowthAt(_time.GetUtcNow());
    }

    /// <summary>The heaviest items as of now, heaviest first.</summary>
    /// <param name="most">Largest number of items.</param>
    public (int Item, double Weight)[] Weights(int most)
    {
        lock (_lock)
        {
            double growth = GrowthAt(_time.GetUtcNow());
            return
            [
                .. _live
                    .OrderByDescending(pair => pair.Value)
                    .ThenBy(pair => pair.Key)
                    .Take(most)
                    .Select(pair => (pair.Key, pair.Value / growth)),
            ];
        }
    }

    /// <summary>Rebuilds the list if events or time have changed it.</summary>
    /// <returns>Whether it was rebuilt.</returns>
    public bool Refresh()
    {
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            if (!_changed && (_live.Count == 0 || now - _ranked < Aging))
                return false;
            (_changed, _ranked) = (false, now);
            Rank(GrowthAt(now));
            return true;
        }
    }

    private void Rank(double growth)
    {
        int length = _bundled.Length;
        Forget(growth, length);
        var weights = new Dictionary<int, double>(_live.Count + length);
        foreach ((int item, double weight) in _live)
            weights[item] = weight / growth;
        for (int place = 0; place < length; place++)
        {
            int item = _bundled[place];
            if (item >= 0)
                weights[item] = weights.GetValueOrDefault(item) + (PriorWeight * (length - place) / length);
        }

        int[] items = [.. weights.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Select(pair => pair.Key).Take(length)];
        Volatile.Write(ref _list, [.. items, .. Enumerable.Repeat(-1, length - items.Length)]);
    }

    /// <summary>Items far below the list will hardly ever reach it, and new ones need room.</summary>
    private void Forget(double growth, int length)
    {
        foreach ((int item, double weight) in _live)
        {
            if (weight / growth < Forgotten)
                _live.Remove(item);
        }

        if (_live.Count <= 8 * length)
            return;
        foreach (int item in _live.OrderByDescending(pair => pair.Value).Skip(4 * length).Select(pair => pair.Key).ToArray())
            _live.Remove(item);
    }

    /// <summary>Call under the lock.</summary>
    private void Set(int item, double weight)
    {
        _live[item] = weight;
        _changed = true;
    }

    /// <summary>Weight of an event at a time relative to one at the list's start; future times count as now. Call under the lock.</summary>
    private double GrowthAt(DateTimeOffset at)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if ((now - _start) / HalfLife >= MostHalfLives)
        {
            foreach (int item in _live.Keys.ToArray())
                _live[item] *= Math.Pow(2, -(now - _start) / HalfLife);
            _start = now;
        }

        return Math.Pow(2, ((at < now ? at : now) - _start) / HalfLife);
    }
}
