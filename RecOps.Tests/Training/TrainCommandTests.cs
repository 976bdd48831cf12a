using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using RecOps.Shared.Bundles;
using RecOps.Shared.Bundles.Report;
using RecOps.Training.Distillation;
using RecOps.Training.Import;
using Xunit;

namespace RecOps.Tests.Training;

/// <summary>Trains through the command line, on a small synthetic shop.</summary>
[Collection(TorchTests.Name)]
public sealed class TrainCommandTests(TrainCommandTests.Shop shop) : IClassFixture<TrainCommandTests.Shop>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Train_LearnableShop_WritesABundleThatOpensWithAReport()
    {
        using var directory = new TempDirectory();
        CommandRun run = await TrainAsync(directory.At("shop-1"));
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("The student beats every baseline measured", run.Output, StringComparison.Ordinal);

        using Bundle bundle = Bundle.Open(directory.At("shop-1"));
        Assert.Equal("shop-1", bundle.Manifest.Name);
        Assert.Equal(Shop.Users, bundle.Manifest.Counts.Users);
        Assert.Equal(Shop.Items, bundle.Manifest.Counts.Items);
        Assert.NotNull(bundle.Manifest.Training?.Cut);
        Assert.All(BundleFile.Required, file => Assert.True(File.Exists(bundle.PathOf(file)), file));
        Assert.Equal(["shop-1"], Directory.GetDirectories(directory.Path).Select(Path.GetFileName));

        using JsonDocument report = JsonDocument.Parse(await File.ReadAllBytesAsync(bundle.PathOf(BundleFile.Report), Cancellation));
        JsonElement root = report.RootElement;
        double student = root.GetProperty("models").GetProperty("student").GetProperty("ndcg10").GetDouble();

        // All items of so small a shop are candidates, so that a list as served is the list over the whole catalogue.
        Assert.Equal(student, root.GetProperty("served").GetProperty("ndcg10").GetDouble(), 1e-3);
        double firstTime = root.GetProperty("models").GetProperty("student").GetProperty("ndcg10FirstTime").GetDouble();
        Assert.Equal(firstTime, root.GetProperty("served").GetProperty("ndcg10FirstTime").GetDouble(), 1e-3);
        foreach (string baseline in new[] { "popular", "popular7Days", "repeat", "repeatDecayed", "itemKnn", "tifuKnn", "upCf", "ease" })
            Assert.True(student > root.GetProperty("baselines").GetProperty(baseline).GetProperty("ndcg10").GetDouble(), baseline);
    }

    [Fact]
    public async Task Evaluate_TrainedBundle_ReproducesTheFiguresOfItsReport()
    {
        using var directory = new TempDirectory();
        Assert.Equal(0, (await TrainAsync(directory.At("shop-1"))).ExitCode);
        CommandRun run = await CommandRun.InvokeAsync(
            ["evaluate", "--bundle", directory.At("shop-1"), .. shop.Files, "--out", directory.At("report.json")],
            Cancellation
        );
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(Student(directory.At("shop-1/report.json")), Student(directory.At("report.json")), 1e-9);
    }

    [Fact]
    public async Task Train_SameSeed_GivesTheSameRanker()
    {
        using var directory = new TempDirectory();
        foreach (string name in new[] { "one", "two" })
            Assert.Equal(0, (await TrainAsync(directory.At(name), "--epochs", "1", "--ship-anyway")).ExitCode);
        Assert.Equal(
            await File.ReadAllBytesAsync(directory.At("one/ranker.onnx"), Cancellation),
            await File.ReadAllBytesAsync(directory.At("two/ranker.onnx"), Cancellation)
        );
    }

    [Fact]
    public async Task Train_HoldoutZero_UsesAllEventsAndWritesNoReport()
    {
        using var directory = new TempDirectory();
        CommandRun run = await TrainAsync(directory.At("all"), "--holdout", "0", "--epochs", "1");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Null(Bundle.ReadManifest(directory.At("all")).Training?.Cut);
        Assert.False(File.Exists(directory.At("all/report.json")));
    }

    [Fact]
    public async Task Train_OnlyRepeatPurchases_WritesABundleThatServesThePlainRule()
    {
        using var directory = new TempDirectory();
        var interactions = new List<string> { "user_id,item_id,event,timestamp" };
        for (int day = 0; day < 60; day++)
        {
            for (int user = 0; user < 30; user++)
                interactions.Add($"u{user},i{user},purchase,{1_700_000_000 + (day * 86400) + user}");
        }

        directory.Write("interactions.csv", string.Join('\n', interactions));
        directory.Write("catalog.csv", "item_id\n" + string.Join('\n', Enumerable.Range(0, 30).Select(item => $"i{item}")));
        CommandRun run = await CommandRun.InvokeAsync(
            [
                "train",
                "--interactions",
                directory.At("interactions.csv"),
                "--catalog",
                directory.At("catalog.csv"),
                "--out",
                directory.At("model"),
                "--preset",
                "plain",
                "--dimension",
                "8",
                "--history",
                "8",
                "--epochs",
                "1",
            ],
            Cancellation
        );
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("The best plain baseline has NDCG@10 1.0000 (repeat).", run.Error, StringComparison.Ordinal);
        Assert.Contains("the bundle serves it: what the shopper had before", run.Output, StringComparison.Ordinal);
        Assert.Contains("--ship-anyway --force", run.Output, StringComparison.Ordinal);
        Assert.Equal(["model"], Directory.GetDirectories(directory.Path).Select(Path.GetFileName));
        using Bundle bundle = Bundle.Open(directory.At("model"));
        EvaluationReport report = EvaluationReport.Parse(await File.ReadAllBytesAsync(bundle.PathOf(BundleFile.Report), Cancellation));
        Assert.Equal(report.Rule, bundle.Manifest.Training!.Rule);
        Assert.True(report.Verdict.Fit);
        Assert.Contains(report.Notes!, note => note.Contains("not written: REPEAT ", StringComparison.Ordinal));
        Assert.Equal((1, 1), (report.Models.Student!.Ndcg10, report.Served!.Ndcg10));
        Assert.Equal(["fp32"], report.Forms!.Select(form => form.Precision));

        CommandRun again = await CommandRun.InvokeAsync(
            [
                "evaluate",
                "--bundle",
                directory.At("model"),
                "--interactions",
                directory.At("interactions.csv"),
                "--catalog",
                directory.At("catalog.csv"),
            ],
            Cancellation
        );
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Contains($"This bundle serves a plain rule: {report.Rule}", again.Output, StringComparison.Ordinal);
    }

    /// <summary>A site on which nobody buys: what shoppers look at is learned instead, and the bundle remembers it.</summary>
    [Fact]
    public async Task Train_ViewsOnly_LearnsToPredictThemIfAsked()
    {
        using var directory = new TempDirectory();
        var random = new Random(4);
        IEnumerable<string> rows = Enumerable
            .Range(0, 4_000)
            .Select(i =>
            {
                int user = random.Next(60);
                return $"u{user},i{(user % 4 * 10) + random.Next(10)},view,{1_700_000_000 + (i * 2000)}";
            });
        directory.Write("interactions.csv", string.Join('\n', ["user_id,item_id,event,timestamp", .. rows]));
        directory.Write("catalog.csv", "item_id\n" + string.Join('\n', Enumerable.Range(0, 40).Select(item => $"i{item}")));
        string[] files = ["--interactions", directory.At("interactions.csv"), "--catalog", directory.At("catalog.csv")];
        string[] train = ["train", .. files, "--out", directory.At("model"), "--preset", "plain", "--dimension", "8", "--history", "8"];

        CommandRun refused = await CommandRun.InvokeAsync(train, Cancellation);
        CommandRun run = await CommandRun.InvokeAsync([.. train, "--target", "view", "--ship-anyway"], Cancellation);
        CommandRun again = await CommandRun.InvokeAsync(
            ["evaluate", "--bundle", directory.At("model"), .. files, "--out", directory.At("again.json")],
            Cancellation
        );

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("pass --target cart, click or view", refused.Error, StringComparison.Ordinal);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("users with a view after", run.Output, StringComparison.Ordinal);
        Assert.True(again.ExitCode == 0, again.Error);
        foreach (string file in new[] { directory.At("model/report.json"), directory.At("again.json") })
        {
            EvaluationReport report = EvaluationReport.Parse(await File.ReadAllBytesAsync(file, Cancellation));
            Assert.Equal("view", report.Target);
            Assert.True(report.Models.Student!.Ndcg10 > report.Baselines["popular"].Ndcg10);
        }
    }

    /// <summary>A few events for each item: how to learn from them is tried before the cut, and the report says what came of it.</summary>
    [Fact]
    public async Task Train_SparseShop_TrainsWithTheVariantThatDidBestBeforeTheCut()
    {
        using var directory = new TempDirectory();
        CommandRun made = await CommandRun.InvokeAsync(
            ["synth", "--users", "150", "--items", "400", "--interactions-per-user", "30", "--seed", "5", "--out", directory.At("shop")],
            Cancellation
        );
        Assert.True(made.ExitCode == 0, made.Error);
        CommandRun run = await CommandRun.InvokeAsync(
            [
                "train",
                "--interactions",
                directory.At("shop/interactions.csv.gz"),
                "--catalog",
                directory.At("shop/catalog.csv.gz"),
                "--out",
                directory.At("model"),
                "--preset",
                "plain",
                "--dimension",
                "8",
                "--history",
                "8",
                "--ship-anyway",
            ],
            Cancellation
        );

        Assert.True(run.ExitCode == 0, run.Error);
        EvaluationReport report = EvaluationReport.Parse(await File.ReadAllBytesAsync(directory.At("model/report.json"), Cancellation));
        string note = report.Notes![0];
        Assert.StartsWith("The data are sparse, with ", note, StringComparison.Ordinal);
        Assert.Contains(note, run.Error, StringComparison.Ordinal);
        (string Name, double All, double FirstTime)[] tried =
        [
            .. Regex
                .Matches(note, @"(?:cut: |, )(\d pass[a-z ]*) (0\.\d+) \((0\.\d+)\)")
                .Select(match => (match.Groups[1].Value, Number(match.Groups[2].Value), Number(match.Groups[3].Value))),
        ];
        Assert.Equal(["3 passes", "1 pass", "1 pass and shared vectors"], tried.Take(3).Select(variant => variant.Name));
        Assert.Equal($"{Best(tried[..3])} with event types and ages", Assert.Single(tried[3..]).Name);
        string chosen = Best(tried);
        Assert.EndsWith($"Trained with {chosen}.", note, StringComparison.Ordinal);
        string passes = chosen.StartsWith("3 passes", StringComparison.Ordinal) ? "pass 3 of 3" : "pass 1 of 1";
        Assert.Contains(passes, run.Error[run.Error.LastIndexOf("Learning", StringComparison.Ordinal)..], StringComparison.Ordinal);

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

        static string Best((string Name, double All, double FirstTime)[] variants)
        {
            (double all, double firstTime) = (variants.Max(variant => variant.All), variants.Max(variant => variant.FirstTime));
            return variants.MaxBy(variant => Math.Min(variant.All / all, variant.FirstTime / firstTime)).Name;
        }
    }

    /// <summary>
    /// Shoppers look at the same things every week and always buy the same one: only a ranker that knows purchases from views finds it.
    /// </summary>
    [Fact]
    public async Task Train_ViewsThatHidePurchases_ReadsWhatHappenedToEachEntryAndServesTheSame()
    {
        const int Shoppers = 60;
        const int Items = 40;
        using var directory = new TempDirectory();
        var random = new Random(3);
        var events = new List<(long Time, string Row)>();
        for (int user = 0; user < Shoppers; user++)
        {
            for (int week = 0; week < 20; week++)
            {
                long time = 1_700_000_000 + (week * 604_800L) + (user * 600);
                // Three items are looked at as often as the other is bought.
                int[] items = [user, user + 7, user + 15, user + 26, random.Next(Items), random.Next(Items)];
                int[] order = [.. Enumerable.Range(0, items.Length)];
                random.Shuffle(order);
                foreach (int i in order)
                    Add(time++, $"i{items[i] % Items}", i == 0 ? "purchase" : "view");

                void Add(long when, string item, string type) => events.Add((when, $"u{user},{item},{type},{when}"));
            }
        }

        directory.Write(
            "interactions.csv",
            string.Join('\n', ["user_id,item_id,event,timestamp", .. events.OrderBy(e => e.Time).Select(e => e.Row)])
        );
        directory.Write("catalog.csv", "item_id\n" + string.Join('\n', Enumerable.Range(0, Items).Select(item => $"i{item}")));

        CommandRun run = await CommandRun.InvokeAsync(
            [
                "train",
                "--interactions",
                directory.At("interactions.csv"),
                "--catalog",
                directory.At("catalog.csv"),
                "--out",
                directory.At("model"),
                "--preset",
                "plain",
                "--dimension",
                "8",
                "--history",
                "32",
                "--ship-anyway",
            ],
            Cancellation
        );

        Assert.True(run.ExitCode == 0, run.Error);
        EvaluationReport report = EvaluationReport.Parse(await File.ReadAllBytesAsync(directory.At("model/report.json"), Cancellation));
        Assert.EndsWith("Trained with 3 passes with event types and ages.", report.Notes![0], StringComparison.Ordinal);
        RankerSignature ranker = Bundle.ReadManifest(directory.At("model")).Ranker;
        Assert.Equal(("historyTypes", "historyAges"), (ranker.HistoryTypes, ranker.HistoryAges));
        Assert.True(report.Models.Student!.Ndcg10 > 0.9, run.Output);

        // Through the engine, which fills these inputs by itself.
        Assert.Equal(report.Models.Student.Ndcg10, report.Served!.Ndcg10, 0.01);
    }

    [Theory]
    [InlineData("--target", "foo", "--target is 'foo'; it must be view, click, cart or purchase.")]
    [InlineData("--target", "7", "--target is '7'; it must be view, click, cart or purchase.")]
    [InlineData("--preset", "1", "--preset is '1'; it must be plain, quick or full.")]
    public async Task Train_NotOneOfTheNames_SaysWhichThereAre(string option, string value, string expected)
    {
        CommandRun run = await CommandRun.InvokeAsync(["train", .. shop.Files, "--out", "unused", option, value], Cancellation);

        Assert.Equal(2, run.ExitCode);
        Assert.Equal(expected, run.Error.Trim());
    }

    [Fact]
    public async Task Train_NothingBought_SaysWhatIsNeeded()
    {
        using var directory = new TempDirectory();
        directory.Write(
            "interactions.csv",
            "user_id,item_id,event,timestamp\nu1,a,view,1700000000\nu1,a,view,1701000000\nu2,a,view,1702000000\n"
        );
        directory.Write("catalog.csv", "item_id\na\nb\n");
        CommandRun run = await CommandRun.InvokeAsync(
            [
                "train",
                "--interactions",
                directory.At("interactions.csv"),
                "--catalog",
                directory.At("catalog.csv"),
                "--out",
                directory.At("model"),
                "--preset",
                "plain",
            ],
            Cancellation
        );
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("No user has a purchase after the first days of the data", run.Error, StringComparison.Ordinal);
        Assert.Equal(["catalog.csv", "interactions.csv"], directory.Entries);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("full")]
    public async Task Train_OnlyNewUsersAfterTheCut_FailsBeforeTraining(string preset)
    {
        using var directory = new TempDirectory();
        IEnumerable<string> old = Enumerable.Range(0, 900).Select(i => $"u{i % 30},i{i % 20},purchase,{1_700_000_000 + (i * 6000)}");
        IEnumerable<string> fresh = Enumerable.Range(900, 100).Select(i => $"new{i},i{i % 20},purchase,{1_700_000_000 + (i * 6000)}");
        directory.Write("interactions.csv", string.Join('\n', ["user_id,item_id,event,timestamp", .. old, .. fresh]));
        directory.Write("catalog.csv", "item_id\n" + string.Join('\n', Enumerable.Range(0, 20).Select(item => $"i{item}")));

        CommandRun run = await CommandRun.InvokeAsync(
            [
                "train",
                "--interactions",
                directory.At("interactions.csv"),
                "--catalog",
                directory.At("catalog.csv"),
                "--out",
                directory.At("model"),
                "--preset",
                preset,
            ],
            Cancellation
        );

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("There is no user to test on: none of the", run.Error, StringComparison.Ordinal);
        Assert.Contains("Give a larger --holdout", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Learning", run.Error, StringComparison.Ordinal);
        Assert.Equal(["catalog.csv", "interactions.csv"], directory.Entries);
    }

    [Fact]
    public async Task Train_CancelledWhileLearning_LeavesNothingBehind()
    {
        using var directory = new TempDirectory();
        using var cancellation = new CancellationTokenSource();
        var report = new ImportReport(10);
        ShopData data = ShopImport.Read(
            new ImportOptions { Interactions = shop.Files[1], Catalog = shop.Files[3] },
            report,
            new SilentProgress(),
            Cancellation
        )!;
        var options = new TrainOptions
        {
            Import = new ImportOptions { Interactions = "", Catalog = "" },
            Output = directory.At("model"),
            Name = "model",
            Dimension = 8,
            History = 8,
        };
        var progress = new SilentProgress(name =>
        {
            if (name == "Learning")
                cancellation.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Trainer(options, data).RunAsync(progress, cancellation.Token));
        Assert.Empty(directory.Entries);
    }

    private static double Student(string path)
    {
        using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(path));
        return report.RootElement.GetProperty("models").GetProperty("student").GetProperty("ndcg10").GetDouble();
    }

    private Task<CommandRun> TrainAsync(string output, params string[] more) =>
        CommandRun.InvokeAsync(
            ["train", .. shop.Files, "--out", output, "--preset", "plain", "--dimension", "16", "--history", "32", .. more],
            Cancellation
        );

    /// <summary>A synthetic shop as CSV, written once for all tests.</summary>
    public sealed class Shop : IAsyncLifetime
    {
        public const int Users = 500;
        public const int Items = 300;
        private readonly TempDirectory _directory = new();

        public string[] Files =>
            [
                "--interactions",
                _directory.At("shop/interactions.csv.gz"),
                "--catalog",
                _directory.At("shop/catalog.csv.gz"),
                "--users",
                _directory.At("shop/users.csv.gz"),
            ];

        public async ValueTask InitializeAsync()
        {
            CommandRun run = await CommandRun.InvokeAsync(
                [
                    "synth",
                    "--users",
                    $"{Users}",
                    "--items",
                    $"{Items}",
                    "--interactions-per-user",
                    "80",
                    "--seed",
                    "3",
                    "--out",
                    _directory.At("shop"),
                ],
                default
            );
            Assert.True(run.ExitCode == 0, run.Error);
        }

        public ValueTask DisposeAsync()
        {
            _directory.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
