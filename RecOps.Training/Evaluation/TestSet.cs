using RecOps.Training.Import;
using RecOps.Training.Models;

namespace RecOps.Training.Evaluation;

/// <summary>
/// The users and purchases that models are evaluated on.
/// 1. Keep users with at least one event up to the cut and at least one purchase after it.
/// 2. Beyond the limit, take a sample spread evenly over their ordinals.
/// 3. Relevant items are the distinct items they bought after the cut (or whatever else is the target, see
/// <see cref="InteractionTable.Target"/>); first-time ones are those not in their history up to the cut.
/// The whole catalogue is ranked for each user; no negatives are sampled.
/// </summary>
internal sealed class TestSet
{
    /// <summary>Limit on test users in a large shop; more would slow the evaluation and hardly sharpen the figures.</summary>
    public const int DefaultMaxUsers = 10_000;

    private readonly int[][] _purchased;
    private readonly int[][] _firstTime;
    private readonly int[][] _known;

    private TestSet(int itemCount, int[] users, int allUsers, int[][] purchased, int[][] firstTime, int[][] known)
    {
        ItemCount = itemCount;
        Users = users;
        AllUsers = allUsers;
        _purchased = purchased;
        _firstTime = firstTime;
        _known = known;
    }

    private const string Help = "Give a larger --holdout so that the test set begins earlier, or --holdout 0 to train without one.";

    public int ItemCount { get; }

    /// <summary>Ordinals of the test users, ascending.</summary>
    public int[] Users { get; }

    /// <summary>Number of eligible users; <see cref="Users"/> are all of them or a sample.</summary>
    public int AllUsers { get; }

    /// <exception cref="TrainingException">There is no cut, or no user to test on.</exception>
    public static TestSet Create(ShopData data, TimeSplit split, int maxUsers = DefaultMaxUsers)
    {
        if (split.Cut is not { } cut)
            throw new TrainingException("There is no test set: no events were held out from training.");
        InteractionTable interactions = data.Interactions;
        var purchases = new Dictionary<int, HashSet<int>>();
        for (int row = split.TrainRows; row < interactions.Count; row++)
        {
            if (!interactions.IsTarget(row))
                continue;
            if (!purchases.TryGetValue(interactions.Users[row], out HashSet<int>? items))
                purchases[interactions.Users[row]] = items = [];
            items.Add(interactions.Items[row]);
        }

        string when = DateTimeOffset.FromUnixTimeSeconds(cut).ToString("u", null);
        if (purchases.Count == 0)
        {
            throw new TrainingException(
                $"There is nothing to test on: none of the {interactions.Count - split.TrainRows:N0} events after {when} is a "
                    + $"{EventNames.Of(interactions.Target)}. {Help}{OtherTarget(interactions)}"
            );
        }

        var known = new Dictionary<int, HashSet<int>>();
        for (int row = 0; row < split.TrainRows; row++)
        {
            int user = interactions.Users[row];
            if (!purchases.ContainsKey(user))
                continue;
            if (!known.TryGetValue(user, out HashSet<int>? items))
                known[user] = items = [];
            items.Add(interactions.Items[row]);
        }

        if (known.Count == 0)
            throw new TrainingException(
                $"There is no user to test on: none of the {purchases.Count:N0} users with a {EventNames.Of(interactions.Target)} after {when} "
                    + $"has earlier events. {Help}"
            );
        int[] all = [.. known.Keys.Order()];
        int[] users = [.. Spread(all.Length, maxUsers).Select(place => all[place])];
        return new TestSet(
            data.Catalog.Count,
            users,
            all.Length,
            [.. users.Select(user => Sorted(purchases[user]))],
            [.. users.Select(user => Sorted(purchases[user].Except(known[user])))],
            [.. users.Select(user => Sorted(known[user]))]
        );
    }

    /// <summary>Some of the test users, spread evenly over them.</summary>
    /// <returns>The sample, and the index of each of its users in this set.</returns>
    public (TestSet Sample, int[] Places) Sample(int maxUsers)
    {
        int[] places = Spread(Users.Length, maxUsers);
        return (
            new TestSet(
                ItemCount,
                [.. places.Select(place => Users[place])],
                AllUsers,
                [.. places.Select(place => _purchased[place])],
                [.. places.Select(place => _firstTime[place])],
                [.. places.Select(place => _known[place])]
            ),
            places
        );
    }

    /// <summary>Distinct items the test user bought after the cut, ascending; at least one.</summary>
    /// <param name="index">Into <see cref="Users"/>.</param>
    public ReadOnlySpan<int> Purchased(int index) => _purchased[index];

    /// <summary>Items of <see cref="Purchased"/> that are not in <see cref="Known"/>; may be empty.</summary>
    public ReadOnlySpan<int> FirstTime(int index) => _firstTime[index];

    /// <summary>Distinct items in the test user's history up to the cut, ascending.</summary>
    public ReadOnlySpan<int> Known(int index) => _known[index];

    /// <summary>Advice for a shop that records something weaker than the target.</summary>
    private static string OtherTarget(InteractionTable interactions)
    {
        if (interactions.Count == 0 || interactions.Types.Max() is var strongest && strongest >= interactions.Target)
            return "";
        return $" The strongest events in these data are of the type {EventNames.Of(strongest)}: --target {EventNames.Of(strongest)} "
            + $"learns to predict those.";
    }

    private static int[] Spread(int length, int most) =>
        [.. Enumerable.Range(0, Math.Min(length, most)).Select(i => (int)((long)i * length / Math.Min(length, most)))];

    private static int[] Sorted(IEnumerable<int> items) => [.. items.Order()];
}
