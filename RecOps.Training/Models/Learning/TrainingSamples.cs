namespace RecOps.Training.Models.Learning;

/// <summary>One lesson: what did this user, given their history so far, buy in the weeks that followed?</summary>
/// <param name="User">Ordinal.</param>
/// <param name="Entry">History entries before this one are known; it is the first of a visit.</param>
/// <param name="Moment">Snapshot of <see cref="ItemTrends"/> to show.</param>
internal readonly record struct TrainingSample(int User, int Entry, int Moment);

/// <summary>
/// Cuts histories into lessons.
/// 1. Split each user's history into visits: a gap of more than 30 minutes starts a new one.
/// 2. Each visit start is a lesson if there is a meaningful trend snapshot before it.
/// 3. Its answers are the items bought from there to the horizon; a lesson without answers is dropped.
/// </summary>
internal sealed class TrainingSamples
{
    private const long VisitGapSeconds = 30 * 60;

    // The first snapshots have too few events behind them for their trends to mean anything.
    private const int FirstMoment = 2;
    private readonly ShopperHistories _histories;
    private readonly long _horizon;

    private TrainingSamples(ShopperHistories histories, long horizon, TrainingSample[] all)
    {
        _histories = histories;
        _horizon = horizon;
        All = all;
    }

    public TrainingSample[] All { get; }

    /// <param name="horizonSeconds">How far ahead purchases count as the answer.</param>
    public static TrainingSamples Build(ShopperHistories histories, ItemTrends trends, long horizonSeconds)
    {
        var all = new List<TrainingSample>();
        var found = new TrainingSamples(histories, horizonSeconds, []);
        var targets = new HashSet<int>();
        for (int user = 0; user < histories.UserCount; user++)
        {
            for (int entry = histories.Start(user); entry < histories.End(user); entry++)
            {
                bool visitStarts = entry == histories.Start(user) || histories.Times[entry] - histories.Times[entry - 1] > VisitGapSeconds;
                // Strictly before the visit: a snapshot at its own time already includes its purchases.
                int moment = visitStarts ? trends.MomentBefore(histories.Times[entry] - 1) : -1;
                if (moment < FirstMoment)
                    continue;
                var sample = new TrainingSample(user, entry, moment);
                found.CollectTargets(sample, targets);
                if (targets.Count > 0)
                    all.Add(sample);
            }
        }

        return new TrainingSamples(histories, horizonSeconds, [.. all]);
    }

    /// <summary>Items the user bought from the lesson's start to the horizon.</summary>
    public void CollectTargets(TrainingSample sample, HashSet<int> targets)
    {
        targets.Clear();
        long until = _histories.Times[sample.Entry] + _horizon;
        for (int entry = sample.Entry; entry < _histories.End(sample.User) && _histories.Times[entry] < until; entry++)
        {
            if (_histories.Types[entry] >= _histories.Target)
                targets.Add(_histories.Items[entry]);
        }
    }
}
