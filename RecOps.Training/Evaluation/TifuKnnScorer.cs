using RecOps.Training.Import;

namespace RecOps.Training.Evaluation;

/// <summary>
/// TIFU-KNN (Hu, He, Gao and Zhang, "Modeling Personalized Item Frequency Information for Next-basket Recommendation", SIGIR 2020), with
/// the settings of its authors:
/// <list type="number">
/// <item>The purchases of a user on one day are a basket. The baskets are divided into groups of equal size, oldest first.</item>
/// <item>Within a group a basket counts <see cref="BasketDecay"/> to the power of the baskets after it; a group is the mean of its
/// baskets.</item>
/// <item>A group counts <see cref="GroupDecay"/> to the power of the groups after it; the user's vector is the mean of the groups.</item>
/// <item>A score is <see cref="Own"/> times the user's vector plus the rest times the mean of the <see cref="Neighbours"/> users whose
/// vectors are nearest by Euclidean distance.</item>
/// </list>
/// </summary>
internal sealed class TifuKnnScorer : IItemScorer
{
    /// <summary>Every test user is compared with every user; beyond this it takes too long for a baseline.</summary>
    public const int MaxUsers = 200_000;

    private const int Groups = 7;
    private const int Neighbours = 300;
    private const float BasketDecay = 0.9f;
    private const float GroupDecay = 0.7f;
    private const float Own = 0.7f;
    private readonly (int Item, float Weight)[][] _vectors;
    private readonly List<(int User, float Weight)>[] _usersOf;
    private readonly float[] _squares;
    private readonly int[] _buyers;

    /// <param name="trainRows">Rows of the table that are before the cut; the rest is not read.</param>
    public TifuKnnScorer(InteractionTable interactions, int trainRows, int users, int items)
    {
        _vectors = [.. DailyBaskets.Of(interactions, trainRows, users).Select(VectorOf)];
        _squares = [.. _vectors.Select(vector => vector.Sum(entry => entry.Weight * entry.Weight))];
        _buyers = [.. Enumerable.Range(0, users).Where(user => _vectors[user].Length > 0)];
        _usersOf = new List<(int, float)>[items];
        foreach (int user in _buyers)
        {
            foreach ((int item, float weight) in _vectors[user])
                (_usersOf[item] ??= []).Add((user, weight));
        }
    }

    public string Name => BaselineName.TifuKnn;

    public void Score(ReadOnlyMemory<int> users, Memory<float> scores)
    {
        int items = _usersOf.Length;
        Parallel.For(0, users.Length, i => Score(users.Span[i], scores.Span.Slice(i * items, items)));
    }

    private void Score(int user, Span<float> row)
    {
        row.Clear();
        foreach ((int item, float weight) in _vectors[user])
            row[item] += Own * weight;
        int[] nearest = NearestTo(user);
        foreach (int neighbour in nearest)
        {
            foreach ((int item, float weight) in _vectors[neighbour])
                row[item] += (1 - Own) / nearest.Length * weight;
        }
    }

    private int[] NearestTo(int user)
    {
        var products = new float[_vectors.Length];
        foreach ((int item, float weight) in _vectors[user])
        {
            foreach ((int other, float theirs) in _usersOf[item])
                products[other] += weight * theirs;
        }

        // The farthest of those kept is in front.
        var kept = new PriorityQueue<int, float>(Neighbours + 1);
        foreach (int other in _buyers)
        {
            if (other == user)
                continue;
            float distance = _squares[other] - (2 * products[other]);
            if (kept.Count < Neighbours)
                kept.Enqueue(other, -distance);
            else if (kept.TryPeek(out _, out float farthest) && -distance > farthest)
                kept.EnqueueDequeue(other, -distance);
        }

        return [.. kept.UnorderedItems.Select(entry => entry.Element)];
    }

    private static (int Item, float Weight)[] VectorOf(HashSet<int>[] baskets)
    {
        int groups = Math.Min(Groups, baskets.Length);
        var vector = new Dictionary<int, float>();
        for (int group = 0; group < groups; group++)
        {
            int start = group * baskets.Length / groups;
            int end = (group + 1) * baskets.Length / groups;
            float groupWeight = MathF.Pow(GroupDecay, groups - 1 - group) / groups / (end - start);
            for (int basket = start; basket < end; basket++)
            {
                float weight = groupWeight * MathF.Pow(BasketDecay, end - 1 - basket);
                foreach (int item in baskets[basket])
                    vector[item] = vector.GetValueOrDefault(item) + weight;
            }
        }

        return [.. vector.OrderBy(entry => entry.Key).Select(entry => (entry.Key, entry.Value))];
    }
}
