using RecOps.Shared.Bundles;
using RecOps.Shared.Bundles.Report;
using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using RecOps.Training.Onnx;
using Xunit;

namespace RecOps.Tests.Training.Evaluation;

/// <summary>Compares a bundle's ranker, over a catalogue too large for one run, with the ranker's formula.</summary>
public sealed class BundleScorerTests : IDisposable
{
    private const int Items = 1100;
    private const int Users = 20;
    private readonly TempDirectory _directory = new();
    private readonly ShopData _data = TinyShop.Random(Users, Items, 200, seed: 8);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task ShopperInputs_PastEvents_AreFoldedOldestFirstAndListedNewestFirst()
    {
        ShopData data = TinyShop.Of(
            1,
            Items,
            (0, 5, InteractionType.Purchase),
            (0, 6, InteractionType.View),
            (0, 7, InteractionType.Cart),
            (0, 8, InteractionType.Purchase)
        );
        using Bundle bundle = await WriteAsync(data.Catalog);
        BundleItems items = BundleItems.Read(bundle, data.Catalog, Cancellation);

        ShopperInputs inputs = ShopperInputs.Create(data, TimeSplit.At(data.Interactions, 2), [0], bundle, items);

        float[] expected = new float[SmallBundle.Dimension];
        UserVector.Fold(expected, bundle.ItemEmbeddings[5], SmallBundle.FoldDecay, 1f);
        UserVector.Fold(expected, bundle.ItemEmbeddings[6], SmallBundle.FoldDecay, 0.25f);
        Assert.Equal(expected, inputs.VectorOf(0).ToArray());
        Assert.Equal([7, 6, 5, -1], inputs.HistoryOf(0).ToArray());
        Assert.Equal(
            [(long)InteractionType.Cart, (long)InteractionType.View, (long)InteractionType.Purchase, 0],
            inputs.TypesOf(0).ToArray()
        );
        Assert.Equal([0, 1, 2, 0], inputs.AgesOf(0).ToArray().Select(days => (int)Math.Round(days * 86_400)));

        // Two seconds after midnight, on the home page.
        Assert.Equal([0f, 1f, 1f], inputs.Context, (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Fact]
    public async Task Score_FullCatalogue_IsTheRankersFormula()
    {
        using Bundle bundle = await WriteAsync(_data.Catalog);
        (float[] scores, ShopperInputs inputs) = await ScoreAsync(bundle);

        for (int user = 0; user < Users; user++)
        {
            for (int item = 0; item < Items; item++)
                Assert.Equal(Expected(bundle, inputs, user, item), scores[(user * Items) + item], 1e-4);
        }
    }

    [Fact]
    public async Task Score_BundleInOtherOrderWithItemsMissing_MatchesByIdAndRanksMissingLast()
    {
        // The bundle's catalogue is the shop's in reverse, without items 0 to 2, and with one that the shop no longer has.
        CatalogTable backwards = TinyShop.Of(0, Items - 2).Catalog with
        {
            ItemIds = [.. Enumerable.Range(3, Items - 3).Reverse().Select(item => $"i{item}"), "gone"],
        };
        using Bundle bundle = await WriteAsync(backwards);
        (float[] scores, ShopperInputs inputs) = await ScoreAsync(bundle);

        for (int user = 0; user < Users; user++)
        {
            ReadOnlySpan<float> row = scores.AsSpan(user * Items, Items);
            for (int item = 3; item < Items; item++)
            {
                Assert.Equal(Expected(bundle, inputs, user, Items - 1 - item), row[item], 1e-4);
                Assert.True(row[item] > row[0]);
            }

            Assert.Equal(row[0], row[2]);
        }
    }

    [Fact]
    public async Task BundleItems_OtherCatalogue_CountsMissingItems()
    {
        using Bundle bundle = await WriteAsync(TinyShop.Of(0, Items - 10).Catalog);

        BundleItems items = BundleItems.Read(bundle, _data.Catalog, Cancellation);

        Assert.Equal(10, items.Missing);
        Assert.Equal(-1, items.ToBundle(Items - 1));
        Assert.Equal(4, items.ToBundle(4));
    }

    [Fact]
    public async Task RetrievalRecall_RandomVectors_AgreesWithSorting()
    {
        using Bundle bundle = await WriteAsync(_data.Catalog);
        TimeSplit split = TimeSplit.ByShare(_data.Interactions, 0.4);
        TestSet test = TestSet.Create(_data, split);
        BundleItems items = BundleItems.Read(bundle, _data.Catalog, Cancellation);
        ShopperInputs inputs = ShopperInputs.Create(_data, split, test.Users, bundle, items);

        RetrievalRecall recall = RetrievalRecall.Measure(test, bundle, items, inputs, Cancellation);

        double nearest = 0;
        double candidates = 0;
        var alone = new double[CandidateSource.All.Count];
        var added = new double[CandidateSource.All.Count];
        float[] popularity = bundle.Popularity.RowRange(0, Items).ToArray();
        HashSet<int> popular = [.. Enumerable.Range(0, Items).OrderByDescending(item => popularity[item]).ThenBy(item => item).Take(100)];
        for (int i = 0; i < test.Users.Length; i++)
        {
            float[] user = inputs.VectorOf(test.Users[i]).ToArray();
            int[] bought = test.Purchased(i).ToArray();
            HashSet<int> found = [.. Enumerable.Range(0, Items).OrderByDescending(item => Dot(user, bundle, item)).Take(200)];
            nearest += bought.Count(found.Contains) / (double)Math.Min(200, bought.Length);
            HashSet<int> near = [.. found];
            HashSet<int> had = [.. inputs.HistoryOf(test.Users[i]).ToArray().Where(item => item >= 0).Select(item => (int)item)];
            found.UnionWith(had);
            int cluster = Enumerable
                .Range(0, SmallBundle.Clusters)
                .MaxBy(c =>
                {
                    float[] centroid = bundle.Centroids[c].ToArray();
                    return user.Zip(centroid, (a, b) => a * b).Sum() / Math.Sqrt(centroid.Sum(x => x * x));
                });
            HashSet<int> theirs = [.. bundle.ClusterPopular[cluster].ToArray().Take(100)];
            found.UnionWith(theirs);
            found.UnionWith(popular);
            HashSet<int>[] sources = [near, had, theirs, popular];
            for (int source = 0; source < sources.Length; source++)
            {
                HashSet<int> others = [.. sources.Where((_, other) => other != source).SelectMany(items => items)];
                HashSet<int> before = [.. sources[..source].SelectMany(items => items)];
                alone[source] += bought.Count(item => sources[source].Contains(item) && !others.Contains(item)) / (double)bought.Length;
                added[source] += sources[source].Count(item => !before.Contains(item));
            }

            candidates += bought.Count(found.Contains) / (double)bought.Length;
        }

        Assert.Equal(nearest / test.Users.Length, recall.Nearest, 9);
        Assert.Equal(candidates / test.Users.Length, recall.Candidates, 9);
        Assert.Equal(CandidateSource.All, recall.Sources.Select(source => source.Source));
        for (int source = 0; source < alone.Length; source++)
        {
            Assert.Equal(alone[source] / test.Users.Length, recall.Sources[source].Marginal, 9);
            Assert.Equal(added[source] / test.Users.Length, recall.Sources[source].Candidates, 9);
        }
    }

    [Fact]
    public async Task RankerSession_InputOfAnotherName_IsRefusedByName()
    {
        using Bundle bundle = await WriteAsync(_data.Catalog);
        BundleItems items = BundleItems.Read(bundle, _data.Catalog, Cancellation);
        ShopperInputs inputs = ShopperInputs.Create(_data, TimeSplit.At(_data.Interactions, 150), [0], bundle, items);
        var graph = new OnnxGraph("other");
        graph.Output("out", graph.Input("in", OnnxType.Float, "b"), OnnxType.Float, "b");
        graph.Save(bundle.PathOf("other.onnx"));

        var problem = Assert.Throws<BundleException>(() => new RankerSession(bundle, "other.onnx", inputs, 1, 1, threads: 1));

        Assert.Contains("no input or output 'user'", problem.Message, StringComparison.Ordinal);
    }

    private static float Dot(float[] user, Bundle bundle, int item)
    {
        ReadOnlySpan<Half> vector = bundle.ItemEmbeddings[item];
        float sum = 0;
        for (int k = 0; k < user.Length; k++)
            sum += user[k] * (float)vector[k];
        return sum;
    }

    private static double Expected(Bundle bundle, ShopperInputs inputs, int user, int item)
    {
        double sum = (PlainRanker.SimilarityWeight * Dot(inputs.VectorOf(user).ToArray(), bundle, item)) + PlainRanker.Bias;
        ReadOnlySpan<long> history = inputs.HistoryOf(user);
        for (int i = 0; i < history.Length; i++)
        {
            if (history[i] == item)
                sum += PlainRanker.RepeatWeight * PlainRanker.Recency(i);
        }

        sum += PlainRanker.PopularityWeight * Math.Log(item + 1);
        for (int i = 0; i < inputs.Context.Length; i++)
            sum += inputs.Context[i] * PlainRanker.ContextWeight(i);
        return 1 / (1 + Math.Exp(-sum));
    }

    private async Task<Bundle> WriteAsync(CatalogTable catalog)
    {
        await new SmallBundle().WriteAsync(_directory.At("small"), catalog, _data.Users, Cancellation);
        return Bundle.Open(_directory.At("small"));
    }

    private async Task<(float[] Scores, ShopperInputs Inputs)> ScoreAsync(Bundle bundle)
    {
        int[] users = [.. Enumerable.Range(0, Users)];
        BundleItems items = BundleItems.Read(bundle, _data.Catalog, Cancellation);
        ShopperInputs inputs = ShopperInputs.Create(_data, TimeSplit.At(_data.Interactions, 150), users, bundle, items);
        using var scorer = new BundleScorer("student", bundle, BundleFile.Ranker, items, inputs, Items);
        float[] scores = new float[Users * Items];
        scorer.Score(users, scores);
        return (scores, inputs);
    }
}
