using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using RecOps.Shared.Bundles;
using RecOps.Tests.Training.Bundles;
using RecOps.Training.Cli;
using RecOps.Training.Synth;
using Xunit;

namespace RecOps.Tests.Training.Synth;

public sealed class SynthBundleTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task SynthBundle_Written_OpensAndItsTablesMatch()
    {
        using Bundle bundle = await SynthAsync("scale", 300, 2000);

        Assert.Equal("scale", bundle.Manifest.Name);
        Assert.Equal(new BundleCounts(2000, 300, 16, 32, 200), bundle.Manifest.Counts);
        ParquetColumns catalog = await ParquetColumns.ReadAsync(bundle.PathOf(BundleFile.Catalog));
        Assert.Equal(
            ["item_id", "title", "category", "brand", "price", "in_stock", "subcategory", "colour", "material", "season"],
            catalog.Names
        );
        Assert.Equal(2000, catalog.Texts("item_id").Distinct().Count());
        Assert.DoesNotContain(catalog.Texts("brand"), string.IsNullOrEmpty);
        ParquetColumns users = await ParquetColumns.ReadAsync(bundle.PathOf(BundleFile.UserTable));
        Assert.Equal(300, users.Texts("user_id").Distinct().Count());
        Assert.Equal("u-000000", users.Texts("user_id")[0]);
    }

    [Fact]
    public async Task SynthBundle_SameSeed_GivesTheSameBytes()
    {
        using Bundle a = await SynthAsync("a", 200, 500);
        using Bundle b = await SynthAsync("b", 200, 500);

        foreach (string file in BundleFile.Required)
            Assert.Equal(a.Manifest.Files[file].Sha256, b.Manifest.Files[file].Sha256);
    }

    [Fact]
    public async Task SynthBundle_OtherPrecisions_RankersRankTheSame()
    {
        using Bundle bundle = await SynthAsync("numbers", 50, 400, "--fp16", "--int8");

        float[] single = Score(bundle, BundleFile.Ranker);
        foreach (string form in new[] { BundleFile.RankerHalf, BundleFile.RankerInt8 })
        {
            float[] other = Score(bundle, form);
            Assert.All(single.Zip(other), pair => Assert.Equal(pair.First, pair.Second, 0.05f));
            Assert.True(single.Distinct().Count() > 50);
        }
    }

    [Fact]
    public async Task SynthBundle_Vectors_AreClusteredAndUsersAreNearTheirItems()
    {
        using Bundle bundle = await SynthAsync("scale", 400, 3000);

        var random = new Random(1);
        double near = 0;
        double far = 0;
        double own = 0;
        double other = 0;
        for (int user = 0; user < bundle.Manifest.Counts.Users; user++)
        {
            int[] history = [.. bundle.UserHistories[user].ToArray().TakeWhile(item => item >= 0)];
            int liked = history[random.Next(history.Length)];
            int stranger = random.Next(bundle.Manifest.Counts.Items);
            near += Cosine(bundle.UserEmbeddings[user], bundle.ItemEmbeddings[liked]);
            far += Cosine(bundle.UserEmbeddings[user], bundle.ItemEmbeddings[stranger]);
            int[] popular = bundle.ClusterPopular[bundle.UserClusters[user][0]].ToArray();
            own += Cosine(bundle.UserEmbeddings[user], bundle.ItemEmbeddings[popular[random.Next(50)]]);
            other += Cosine(bundle.UserEmbeddings[user], bundle.ItemEmbeddings[stranger]);
        }

        Assert.True(near > 4 * far, $"{near} {far}");
        Assert.True(own > 3 * other, $"{own} {other}");
    }

    [Fact]
    public async Task SynthBundle_Popularity_IsLongTailedAndPopularListsAreDistinct()
    {
        using Bundle bundle = await SynthAsync("scale", 100, 3000);

        float[] popularity = [.. bundle.Popularity.RowRange(0, 3000).ToArray().OrderDescending()];
        Assert.True(popularity[..300].Sum() > 0.3 * popularity.Sum());
        for (int cluster = 0; cluster < 16; cluster++)
        {
            int[] items = [.. bundle.ClusterPopular[cluster].ToArray().Where(item => item >= 0)];
            Assert.Equal(items.Length, items.Distinct().Count());
            Assert.Equal(200, items.Length);
        }
    }

    [Fact]
    public async Task SynthBundle_FewerItemsThanThePopularList_PadsIt()
    {
        using Bundle bundle = await SynthAsync("tiny", 3, 2);

        Assert.Equal(-1, bundle.ClusterPopular[0][2]);
        Assert.Contains(0, bundle.ClusterPopular[0].ToArray());
    }

    [Fact]
    public async Task SynthRanker_Run_PrefersBoughtItemsThenSimilarOnes()
    {
        using Bundle bundle = await SynthAsync("scale", 50, 400);
        long[] past = [.. bundle.UserHistories[0].ToArray().Select(item => (long)item)];
        float[] user = UserOf(bundle);
        float[] scores = Score(bundle, BundleFile.Ranker);

        Assert.All(scores, score => Assert.InRange(score, 0.001f, 0.999f));
        var bought = past.Where(item => item >= 0).ToHashSet();
        int[] others = [.. Enumerable.Range(0, 400).Where(item => !bought.Contains(item)).OrderByDescending(Likeness)];
        double near = others.Take(100).Average(item => scores[item]);
        Assert.True(bought.Average(item => scores[item]) > near, "bought items do not score above similar ones");
        Assert.True(near > others.TakeLast(100).Average(item => scores[item]), "similar items do not score above dissimilar ones");

        double Likeness(int item)
        {
            double dot = 0;
            for (int i = 0; i < user.Length; i++)
                dot += user[i] * (double)bundle.ItemEmbeddings[item][i];
            return dot;
        }
    }

    [Fact]
    public async Task SynthBundle_CancelledHalfway_LeavesNoFiles()
    {
        using var cancellation = new CancellationTokenSource();
        var progress = new SilentProgress(name =>
        {
            if (name == "User vectors")
                cancellation.Cancel();
        });
        var options = new SynthBundleOptions
        {
            Name = "scale",
            Users = 50,
            Items = 50,
            Clusters = 4,
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new SynthBundle(options).WriteAsync(_directory.At("scale"), progress, cancellation.Token)
        );

        Assert.Empty(_directory.Entries);
    }

    private static double Cosine(ReadOnlySpan<Half> a, ReadOnlySpan<Half> b)
    {
        double dot = 0;
        double lengths = 0;
        double others = 0;
        for (int i = 0; i < a.Length; i++)
        {
            dot += (double)a[i] * (double)b[i];
            lengths += (double)a[i] * (double)a[i];
            others += (double)b[i] * (double)b[i];
        }

        return dot / Math.Sqrt(lengths * others);
    }

    private static float[] UserOf(Bundle bundle) => [.. bundle.UserEmbeddings[0].ToArray().Select(value => (float)value)];

    /// <summary>Scores of all items for the first user, by one form of the ranker.</summary>
    private static float[] Score(Bundle bundle, string file)
    {
        BundleManifest manifest = bundle.Manifest;
        int width = manifest.Features.Context.Length;
        long[] past = [.. bundle.UserHistories[0].ToArray().Select(item => (long)item)];
        long[] candidates = [.. Enumerable.Range(0, manifest.Counts.Items).Select(item => (long)item)];
        using var session = new InferenceSession(bundle.PathOf(file));
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run([
            NamedOnnxValue.CreateFromTensor(manifest.Ranker.User, new DenseTensor<float>(UserOf(bundle), [1, manifest.Dimension])),
            NamedOnnxValue.CreateFromTensor(manifest.Ranker.History, new DenseTensor<long>(past, [1, past.Length])),
            NamedOnnxValue.CreateFromTensor(manifest.Ranker.Candidates, new DenseTensor<long>(candidates, [1, candidates.Length])),
            NamedOnnxValue.CreateFromTensor(manifest.Ranker.Context, new DenseTensor<float>(new float[width], [1, width])),
        ]);
        Assert.Equal(manifest.Ranker.Score, results[0].Name);
        return [.. results[0].AsEnumerable<float>()];
    }

    private async Task<Bundle> SynthAsync(string name, int users, int items, params string[] more)
    {
        CommandRun run = await CommandRun.InvokeAsync(
            [
                "synth",
                "--bundle",
                "--users",
                $"{users}",
                "--items",
                $"{items}",
                "--dimension",
                "32",
                "--clusters",
                "16",
                "--history",
                "32",
                "--seed",
                "9",
                "--out",
                _directory.At(name),
                .. more,
            ],
            Cancellation
        );
        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
        return Bundle.Open(_directory.At(name));
    }
}
