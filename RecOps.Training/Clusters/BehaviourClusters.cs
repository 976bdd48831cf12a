using System.Numerics.Tensors;
using RecOps.Shared.Bundles;
using RecOps.Training.Models;

namespace RecOps.Training.Clusters;

/// <summary>
/// Clusters of users who behave alike, and what each cluster likes.
/// 1. Normalise the folded vectors of all users with a history to length 1.
/// 2. Cluster them with <see cref="SphericalKMeans"/>; users without a history get -1.
/// 3. Project the centroids onto a plane for the console's map (<see cref="PlaneProjection"/>).
/// 4. Score items per cluster: weighted events of its users, decayed over 30 days, as a share of the cluster's total, plus a small share
/// of the item's popularity in the whole shop. The best items become the cluster's popular list.
/// </summary>
internal sealed record BehaviourClusters
{
    private const double PopularDays = 30;

    // Small, so that a cluster's own taste comes first and popularity in the whole shop decides among the rest.
    private const float GlobalShare = 0.05f;

    public required int Count { get; init; }

    /// <summary>[clusters, d] unit vectors.</summary>
    public required float[] Centroids { get; init; }

    /// <summary>By user; -1 for users without a history.</summary>
    public required int[] Assignments { get; init; }

    /// <summary>[clusters, 2]: their two principal components.</summary>
    public required float[] Map { get; init; }

    /// <summary>[clusters, p] item ordinals, best first.</summary>
    public required int[] Popular { get; init; }

    /// <summary>Grows with the number of users, so that each cluster has enough of them to show a taste.</summary>
    public static int DefaultCount(int users) => Math.Clamp((int)Math.Round(Math.Sqrt(users) / 2), 1, 512);

    /// <param name="users">[users, d] folded vectors; zero for users without a history.</param>
    /// <param name="popularity">[items]: popularity in the whole shop.</param>
    /// <param name="popularLength">Items in each cluster's list.</param>
    public static BehaviourClusters Fit(
        float[] users,
        int dimension,
        ShopperHistories histories,
        float[] popularity,
        int count,
        int popularLength,
        FeatureSpec features,
        int seed,
        CancellationToken cancellation
    )
    {
        int[] known =
        [
            .. Enumerable
                .Range(0, histories.UserCount)
                .Where(user => TensorPrimitives.SumOfSquares(users.AsSpan(user * dimension, dimension)) > 0),
        ];
        var points = new float[known.Length * dimension];
        for (int row = 0; row < known.Length; row++)
        {
            ReadOnlySpan<float> user = users.AsSpan(known[row] * dimension, dimension);
            TensorPrimitives.Divide(user, TensorPrimitives.Norm(user), points.AsSpan(row * dimension, dimension));
        }

        (float[] centroids, int[] rows) = SphericalKMeans.Fit(points, known.Length, dimension, count, seed, cancellation);
        var assignments = new int[histories.UserCount];
        Array.Fill(assignments, -1);
        for (int row = 0; row < known.Length; row++)
            assignments[known[row]] = rows[row];
        return new BehaviourClusters
        {
            Count = count,
            Centroids = centroids,
            Assignments = assignments,
            Map = PlaneProjection.Project(centroids, count, dimension),
            Popular = PopularItems(histories, assignments, popularity, count, popularLength, features),
        };
    }

    private static int[] PopularItems(
        ShopperHistories histories,
        int[] assignments,
        float[] popularity,
        int count,
        int length,
        FeatureSpec features
    )
    {
        long end = histories.NewestTime;
        float total = TensorPrimitives.Sum<float>(popularity);
        var popular = new int[count * length];
        Array.Fill(popular, -1);
        ILookup<int, int> members = Enumerable.Range(0, assignments.Length).ToLookup(user => assignments[user]);
        var scores = new float[popularity.Length];
        var order = new int[popularity.Length];
        for (int cluster = 0; cluster < count; cluster++)
        {
            Array.Clear(scores);
            foreach (int user in members[cluster])
            {
                for (int entry = histories.Start(user); entry < histories.End(user); entry++)
                {
                    double days = (end - histories.Times[entry]) / 86400.0;
                    scores[histories.Items[entry]] +=
                        features.EventWeights[EventNames.Of(histories.Types[entry])] * (float)Math.Exp(-days / PopularDays);
                }
            }

            float own = Math.Max(TensorPrimitives.Sum<float>(scores), 1e-6f);
            for (int item = 0; item < scores.Length; item++)
            {
                // Negated, so that sorting puts the best first.
                scores[item] = -((scores[item] / own) + (GlobalShare * popularity[item] / total));
                order[item] = item;
            }

            Array.Sort(scores, order);
            order.AsSpan(0, Math.Min(length, order.Length)).CopyTo(popular.AsSpan(cluster * length, length));
        }

        return popular;
    }
}
