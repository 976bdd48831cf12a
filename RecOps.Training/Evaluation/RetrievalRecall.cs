using System.Numerics.Tensors;
using RecOps.Serving.Computation;
using RecOps.Shared.Bundles;
using RecOps.Shared.Bundles.Report;

namespace RecOps.Training.Evaluation;

/// <summary>How many of the test users' purchases are among the candidates: what retrieval misses, no ranker can find.</summary>
/// <param name="Nearest">
/// Recall@200 of the items nearest to the user vector by dot product, as in <see cref="RankingMetrics.Recall"/>.
/// </param>
/// <param name="Candidates">
/// Share of the purchases that are among the candidates that serving ranks (<see cref="CandidateGathering"/>), with the popular list of the
/// cluster whose centroid is nearest by cosine.
/// </param>
/// <param name="Sources">What each source adds.</param>
internal sealed record RetrievalRecall(double Nearest, double Candidates, IReadOnlyList<SourceFigures> Sources)
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
        int[] popular = MostPopular(bundle);
        var shoppers = new Shopper[test.Users.Length];
        Parallel.For(
            0,
            shoppers.Length,
            new ParallelOptions { CancellationToken = cancellation },
            () => new float[count],
            (i, _, scores) =>
            {
                ReadOnlySpan<float> vector = inputs.VectorOf(test.Users[i]);
                for (int item = 0; item < count; item++)
                    scores[item] = TensorPrimitives.Dot(vector, table.AsSpan(item * dimension, dimension));
                var nearest = new int[Math.Min(Length, count)];
                RankingMetrics.Top(scores, [], nearest);
                int[] history = [.. inputs.HistoryOf(test.Users[i]).ToArray().Select(item => (int)item)];
                ReadOnlySpan<int> theirs = bundle.ClusterPopular[NearestCluster(bundle, vector)];
                int[] cluster = theirs[..Math.Min(CandidateGathering.MostOfCluster, theirs.Length)].ToArray();
                shoppers[i] = Shopper.Of(
                    [
                        .. new[] { nearest, history, cluster, popular }.Select(source =>
                            source.Where(item => item >= 0).Select(items.ToData).ToHashSet()
                        ),
                    ],
                    test.Purchased(i).ToArray(),
                    test.FirstTime(i).ToArray()
                );
                return scores;
            },
            _ => { }
        );
        return new RetrievalRecall(
            shoppers.Average(shopper => shopper.Nearest),
            shoppers.Average(shopper => shopper.Found),
            [
                .. CandidateSource.All.Select(
                    (name, source) =>
                        new SourceFigures(
                            name,
                            shoppers.Average(shopper => shopper.Added[source]),
                            shoppers.Average(shopper => shopper.Recall[source]),
                            shoppers.Average(shopper => shopper.Marginal[source]),
                            shoppers.Average(shopper => shopper.MarginalFirstTime?[source])
                        )
                ),
            ]
        );
    }

    private static int[] MostPopular(Bundle bundle)
    {
        float[] popularity = bundle.Popularity.RowRange(0, bundle.Manifest.Counts.Items).ToArray();
        return
        [
            .. Enumerable
                .Range(0, popularity.Length)
                .OrderByDescending(item => popularity[item])
                .ThenBy(item => item)
                .Take(CandidateGathering.MostPopular),
        ];
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

    /// <summary>One test user: shares of their purchases, and candidates, by source.</summary>
    private sealed record Shopper(
        double Nearest,
        double Found,
        int[] Added,
        double[] Recall,
        double[] Marginal,
        double[]? MarginalFirstTime
    )
    {
        /// <param name="sources">Ordinals of the data, in the order of <see cref="CandidateSource.All"/>.</param>
        /// <param name="purchased">At least one.</param>
        public static Shopper Of(HashSet<int>[] sources, int[] purchased, int[] firstTime)
        {
            var seen = new HashSet<int>();
            int[] added = [.. sources.Select(source => source.Count(seen.Add))];
            return new Shopper(
                purchased.Count(sources[0].Contains) / (double)Math.Min(Length, purchased.Length),
                purchased.Count(seen.Contains) / (double)purchased.Length,
                added,
                [.. sources.Select(source => purchased.Count(source.Contains) / (double)purchased.Length)],
                OnlyIn(sources, purchased),
                firstTime.Length == 0 ? null : OnlyIn(sources, firstTime)
            );
        }

        private static double[] OnlyIn(HashSet<int>[] sources, int[] relevant) =>
            [
                .. sources.Select(source =>
                    relevant.Count(item => source.Contains(item) && sources.Count(other => other.Contains(item)) == 1)
                    / (double)relevant.Length
                ),
            ];
    }
}
