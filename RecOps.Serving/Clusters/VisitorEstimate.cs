namespace RecOps.Serving.Clusters;

/// <summary>
/// Estimates who is likely to come next, and so deserves a list ahead of time. Counting takes no lock: of two simultaneous visits, one may
/// be lost. Source: docs/decisions/0010-result-cache.md.
/// 1. Each user has two exponentially decayed visit counts: a fast one (half-life 10 minutes) for those in the shop now, and a slow one (a
/// week) for regulars.
/// 2. Each count times its decay rate is an expected rate of visits.
/// 3. The slow rate is multiplied by the cluster's activity at this hour of the day (<see cref="ClusterHours"/>).
/// 4. The larger of the two rates ranks the users.
/// 5. Users never seen follow, those of the most active clusters first.
/// </summary>
internal sealed class VisitorEstimate
{
    private const double FastHalfLifeMinutes = 10;
    private const double SlowHalfLifeMinutes = 7 * 24 * 60;
    private static readonly double FastRate = Math.Log(2) / FastHalfLifeMinutes;
    private static readonly double SlowRate = Math.Log(2) / SlowHalfLifeMinutes;
    private readonly Visits[] _visits;
    private readonly Func<int, int> _clusterOf;

    // Users are grouped by cluster: _users[_starts[c].._starts[c + 1]].
    private readonly int[] _users;
    private readonly int[] _starts;

    /// <param name="clusterOf">By user; -1 for none.</param>
    public VisitorEstimate(int users, int clusters, Func<int, int> clusterOf)
    {
        _visits = new Visits[users];
        _clusterOf = clusterOf;
        Hours = new ClusterHours(clusters);
        _starts = new int[clusters + 1];
        for (int user = 0; user < users; user++)
        {
            if (clusterOf(user) is >= 0 and var cluster)
                _starts[cluster + 1]++;
        }

        for (int cluster = 0; cluster < clusters; cluster++)
            _starts[cluster + 1] += _starts[cluster];
        _users = new int[_starts[clusters]];
        int[] next = _starts[..^1];
        for (int user = 0; user < users; user++)
        {
            if (clusterOf(user) is >= 0 and var cluster)
                _users[next[cluster]++] = user;
        }
    }

    /// <summary>Activity of each cluster by hour.</summary>
    public ClusterHours Hours { get; }

    /// <summary>Users in any cluster.</summary>
    public int Users => _users.Length;

    public ReadOnlySpan<int> UsersOf(int cluster) => _users.AsSpan(_starts[cluster], _starts[cluster + 1] - _starts[cluster]);

    /// <summary>Counts a visit.</summary>
    public void Seen(int user, long unixMilliseconds)
    {
        Seen(user, unixMilliseconds, 1);
        if (_clusterOf(user) is >= 0 and var cluster)
            Hours.Seen(cluster, unixMilliseconds);
    }

    /// <summary>Expected visits per minute.</summary>
    public double RateOf(int user, long unixMilliseconds) => RateOf(user, unixMilliseconds, Hours.Factors(unixMilliseconds));

    private double RateOf(int user, long unixMilliseconds, double[] factors)
    {
        Visits visits = _visits[user];
        if (visits.LastMinute == 0)
            return 0;
        double minutes = Math.Max(0, (unixMilliseconds / 60_000.0) - visits.LastMinute);
        double factor = _clusterOf(user) is >= 0 and var cluster ? factors[cluster] : 1;
        return Math.Max(
            visits.Fast * FastRate * Math.Exp(-minutes * FastRate),
            factor * visits.Slow * SlowRate * Math.Exp(-minutes * SlowRate)
        );
    }

    /// <summary>Null for a user not seen yet.</summary>
    public DateTimeOffset? LastSeen(int user) =>
        _visits[user].LastMinute == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds((long)(_visits[user].LastMinute * 60_000.0));

    /// <summary>A cluster's users, the likeliest next visitors first; those never seen come last, in order of ordinal.</summary>
    public (int User, double Rate)[] Next(int cluster, int most, long unixMilliseconds)
    {
        ReadOnlySpan<int> users = UsersOf(cluster);
        double[] factors = Hours.Factors(unixMilliseconds);
        var all = new (int User, double Rate)[users.Length];
        for (int i = 0; i < all.Length; i++)
            all[i] = (users[i], RateOf(users[i], unixMilliseconds, factors));
        Array.Sort(all, static (a, b) => a.Rate == b.Rate ? a.User.CompareTo(b.User) : b.Rate.CompareTo(a.Rate));
        return all.Length <= most ? all : all[..most];
    }

    /// <summary>
    /// The likeliest next visitors overall, best first, followed by unseen users of the most active clusters. Empty if nobody was seen yet.
    /// </summary>
    public int[] Next(int most, long unixMilliseconds)
    {
        double[] factors = Hours.Factors(unixMilliseconds);
        (int User, double Rate)[] seen = [.. All().Select(entry => (entry.User, RateOf(entry.User, unixMilliseconds, factors)))];
        if (seen.Length == 0)
            return [];
        Array.Sort(seen, static (a, b) => a.Rate == b.Rate ? a.User.CompareTo(b.User) : b.Rate.CompareTo(a.Rate));
        IEnumerable<int> others = Enumerable
            .Range(0, factors.Length)
            .OrderByDescending(cluster => factors[cluster])
            .SelectMany(cluster => UsersOf(cluster).ToArray())
            .Where(user => _visits[user].LastMinute == 0);
        return [.. seen.Select(next => next.User).Concat(others).Take(most)];
    }

    /// <summary>Everyone seen, as it is saved.</summary>
    public IEnumerable<(int User, Visits Visits)> All()
    {
        for (int user = 0; user < _visits.Length; user++)
        {
            if (_visits[user].LastMinute > 0)
                yield return (user, _visits[user]);
        }
    }

    /// <summary>Restores a saved entry, unless the user was seen since.</summary>
    public void Restore(int user, Visits visits)
    {
        if (_visits[user].LastMinute == 0)
            _visits[user] = visits;
    }

    private void Seen(int user, long unixMilliseconds, float weight)
    {
        ref Visits visits = ref _visits[user];
        double now = unixMilliseconds / 60_000.0;
        double minutes = visits.LastMinute == 0 ? 0 : now - visits.LastMinute;

        // An event may be older than the last one seen: it then counts for what is left of it.
        double age = Math.Max(0, -minutes);
        minutes = Math.Max(0, minutes);
        visits = new Visits(
            (float)((visits.Fast * Math.Exp(-minutes * FastRate)) + (weight * Math.Exp(-age * FastRate))),
            (float)((visits.Slow * Math.Exp(-minutes * SlowRate)) + (weight * Math.Exp(-age * SlowRate))),
            Math.Max(visits.LastMinute, now)
        );
    }

    /// <param name="Fast">Visits, decayed over minutes, as of <paramref name="LastMinute"/>.</param>
    /// <param name="Slow">Visits, decayed over days.</param>
    /// <param name="LastMinute">When last seen, minutes since 1970; 0 for never.</param>
    internal readonly record struct Visits(float Fast, float Slow, double LastMinute);
}
