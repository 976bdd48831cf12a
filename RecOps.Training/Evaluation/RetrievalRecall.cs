using System.Numerics.Tensors;
using RecOps.Shared.Bundles;

namespace RecOps.Training.Evaluation;

/// <summary>How many of the test users' purchases are among the candidates: what retrieval misses, no ranker can find.</summary>
/// <param name="Nearest">
/// Recall@200 of the items nearest to the user vector by dot product, as in <see cref="RankingMetrics.Recall"/>.
/// </param>
/// <param name="Candidates">
/// Share of the purchases that are among the candidates that serving ranks: those 200, the user's own history, and the popular list
/// of the cluster whose centroid is nearest by cosine.
/// </param>
internal readonly record struct RetrievalRecall(double Nearest, double Candidates)
{
    private const int Length = 200;

    public static RetrievalRecall Measure(
        TestSet test,
        Bundle bundle,
        BundleItems items,
        ShopperInputs inputs,
        CancellationToken cancellation
    )
    {
        int dimension = inputs.Dimension;
        int count = bundle.Manifest.Counts.Items;
        var table = new float[(long)count * dimension];
        for (int item = 0; item < count; item++)
            TensorPrimitives.ConvertToSingle(bundle.ItemEmbeddings[item], table.AsSpan(item * dimension, dimension));
        var nearest = new double[test.Users.Length];
        var candidates = new double[test.Users.Length];
        Parallel.For(
            0,
            test.Users.Length,
            new ParallelOptions { CancellationToken = cancellation },
            () => new float[count],
            (i, _, scores) =>
            {
                ReadOnlySpan<float> vector = inputs.VectorOf(test.Users[i]);
                for (int item = 0; item < count; item++)
                    scores[item] = TensorPrimitives.Dot(vector, table.AsSpan(item * dimension, dimension));
                Span<int> top = new int[Math.Min(Length, count)];
                RankingMetrics.Top(scores, [], top);
                var found = new HashSet<int>(top.Length + inputs.HistoryLength);
                foreach (int item in top)
                    found.Add(items.ToData(item));
                nearest[i] = Hits(found, test.Purchased(i)) / (double)Math.Min(Length, test.Purchased(i).Length);
                foreach (long item in inputs.HistoryOf(test.Users[i]))
                {
                    if (item >= 0)
                        found.Add(items.ToData((int)item));
                }

                foreach (int item in bundle.ClusterPopular[NearestCluster(bundle, vector)])
                {
                    if (item >= 0)
                        found.Add(items.ToData(item));
                }

                candidates[i] = Hits(found, test.Purchased(i)) / (double)test.Purchased(i).Length;
                return scores;
            },
            _ => { }
        );
        return new RetrievalRecall(nearest.Average(), candidates.Average());
    }

    private static int Hits(HashSet<int> found, ReadOnlySpan<int> relevant)
    {
        int hits = 0;
        foreach (int item in relevant)
        {
            if (found.Contains(item))
                hits++;
        }

        return hits;
    }

    private static int NearestCluster(Bundle bundle, ReadOnlySpan<float> vector)
    {
        (int nearest, float best) = (0, float.NegativeInfinity);
        for (int cluster = 0; cluster < bundle.Manifest.Counts.Clusters; cluster++)
        {
            ReadOnlySpan<float> centroid = bundle.Centroids[cluster];
            float likeness = TensorPrimitives.Dot(vector, centroid) / Math.Max(TensorPrimitives.Norm(centroid), 1e-12f);
            if (likeness > best)
                (nearest, best) = (cluster, likeness);
        }

        return nearest;
    }
}
