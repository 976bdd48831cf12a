using System.IO.Compression;
using RecOps.Training.Cli;
using RecOps.Training.Import;
using Xunit;

namespace RecOps.Tests.Training.Synth;

public sealed class SynthShopTests : IDisposable
{
    private static readonly string[] Files = ["catalog.csv", "interactions.csv", "users.csv"];
    private readonly TempDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Synth_SameSeed_GivesTheSameBytesPlainOrGzip()
    {
        await SynthAsync("a", 200, 150, seed: 5, "--plain");
        await SynthAsync("b", 200, 150, seed: 5);
        await SynthAsync("c", 200, 150, seed: 6, "--plain");

        foreach (string file in Files)
        {
            byte[] first = File.ReadAllBytes(_directory.At($"a/{file}"));
            Assert.Equal(first, Unpack(_directory.At($"b/{file}.gz")));
            Assert.NotEqual(first, File.ReadAllBytes(_directory.At($"c/{file}")));
        }
    }

    [Fact]
    public async Task Synth_FourThousandItems_ReadsBackWithDistinctTitlesAndBrands()
    {
        CommandRun run = await SynthAsync("shop", 300, 4000, seed: 1);

        ShopData data = Read("shop", ".csv.gz");
        Assert.Equal(4000, data.Catalog.Titles.Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain("", data.Catalog.Brands);
        Assert.All(data.Catalog.Prices, price => Assert.InRange(price!.Value, 0.01m, 5000m));
        Assert.InRange(data.Catalog.InStock.Count(inStock => !inStock), 100, 300);
        Assert.Equal(["subcategory", "colour", "material", "season"], data.Catalog.Attributes.Keys);
        Assert.Matches("^[A-Z]{3}-[0-9]{5}$", data.Catalog.ItemIds[0]);
        Assert.Equal("u-000000", data.Users.UserIds[0]);
        Assert.Equal(300, data.Users.Count);
        Assert.Contains($"{data.Interactions.Count:N0} events of 300 users with 4,000 items", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Synth_Shop_HasPatternsARecommenderCanLearn()
    {
        await SynthAsync("shop", 1500, 1200, seed: 2, "--plain");

        ShopData data = Read("shop", ".csv");
        (int User, int Item)[] purchases = [.. Rows(data, InteractionType.Purchase)];
        Assert.InRange(ShopStatistics.RepeatShare(purchases), 0.2, 0.4);
        Assert.InRange(ShopStatistics.Gini(data.Interactions.Items, data.Catalog.Count), 0.5, 0.85);

        (int User, string Category)[] bought = [.. purchases.Select(row => (row.User, data.Catalog.Categories[row.Item]))];
        Assert.True(ShopStatistics.Concentration(bought) > 2 * ShopStatistics.Concentration(ShopStatistics.Shuffle(bought)));
        (int User, string Brand)[] brands = [.. purchases.Select(row => (row.User, data.Catalog.Brands[row.Item]))];
        Assert.True(ShopStatistics.Concentration(brands) > 2 * ShopStatistics.Concentration(ShopStatistics.Shuffle(brands)));
    }

    [Fact]
    public async Task Synth_Funnel_NarrowsFromViewToPurchase()
    {
        await SynthAsync("shop", 400, 300, seed: 3, "--plain");

        ShopData data = Read("shop", ".csv");
        int[] counts = [.. Enum.GetValues<InteractionType>().Select(type => data.Interactions.Types.Count(other => other == type))];
        Assert.True(counts[0] > counts[1] && counts[1] > counts[2] && counts[2] > counts[3] && counts[3] > 0, string.Join(", ", counts));
        Assert.InRange((double)data.Interactions.Count / data.Users.Count, 40, 80);
    }

    [Fact]
    public async Task Synth_SeasonalItems_SellInTheirSeason()
    {
        await SynthAsync("shop", 1500, 800, seed: 4, "--plain");

        ShopData data = Read("shop", ".csv");
        int[] months =
        [
            .. Enumerable
                .Range(0, data.Interactions.Count)
                .Where(row => data.Catalog.Categories[data.Interactions.Items[row]] == "Christmas")
                .Select(row => DateTimeOffset.FromUnixTimeSeconds(data.Interactions.Times[row]).Month),
        ];
        Assert.True(months.Count(month => month >= 10) > 0.8 * months.Length, $"{months.Count(month => month >= 10)} of {months.Length}");
    }

    [Fact]
    public async Task Synth_LaunchedItems_HaveNoEventsBeforeTheirLaunch()
    {
        await SynthAsync("shop", 800, 300, seed: 8, "--plain");

        ShopData data = Read("shop", ".csv");
        var first = new Dictionary<int, long>();
        for (int row = 0; row < data.Interactions.Count; row++)
            first.TryAdd(data.Interactions.Items[row], data.Interactions.Times[row]);
        long start = data.Interactions.Times[0];
        Assert.InRange(first.Values.Count(time => time > start + (120 * 86_400)), 20, 150);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 40)]
    [InlineData(40, 3)]
    public async Task Synth_TinyShop_Works(int users, int items)
    {
        CommandRun run = await SynthAsync("shop", users, items, seed: 1, "--days", "20");

        Assert.Equal(
            ["catalog.csv.gz", "interactions.csv.gz", "users.csv.gz"],
            Directory.GetFiles(_directory.At("shop")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Contains("events of", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Synth_Cancelled_LeavesNoFiles()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        CommandRun run = await CommandRun.InvokeAsync(
            ["synth", "--users", "10", "--items", "10", "--out", _directory.At("shop")],
            cancellation.Token
        );

        Assert.Equal(ExitCode.Cancelled, run.ExitCode);
        Assert.Empty(_directory.Entries);
    }

    [Fact]
    public async Task Synth_ExistingOutput_IsReplacedOnlyByForce()
    {
        await SynthAsync("shop", 5, 5, seed: 1, "--days", "5");
        string[] command = ["synth", "--users", "5", "--items", "5", "--out", _directory.At("shop")];

        Assert.Equal(ExitCode.BadInput, (await CommandRun.InvokeAsync(command, Cancellation)).ExitCode);
        Assert.Equal(ExitCode.Success, (await CommandRun.InvokeAsync([.. command, "--force"], Cancellation)).ExitCode);
    }

    [Theory]
    [InlineData("--users is 0; it must be 1 to 10000000.", "--users", "0", "--items", "5")]
    [InlineData("'--items' is required", "--users", "5")]
    [InlineData("--dimension applies to bundles. Add --bundle.", "--users", "5", "--items", "5", "--dimension", "32")]
    [InlineData(
        "--days applies to CSV files and cannot be combined with --bundle.",
        "--users",
        "5",
        "--items",
        "5",
        "--bundle",
        "--days",
        "3"
    )]
    [InlineData("the ranker can hold only", "--users", "5", "--items", "10000000", "--bundle", "--dimension", "512")]
    public async Task Synth_WrongOptions_AreAUsageError(string message, params string[] arguments)
    {
        CommandRun run = await CommandRun.InvokeAsync(["synth", "--out", _directory.At("shop"), .. arguments], Cancellation);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Empty(_directory.Entries);
    }

    private static IEnumerable<(int User, int Item)> Rows(ShopData data, InteractionType type) =>
        Enumerable
            .Range(0, data.Interactions.Count)
            .Where(row => data.Interactions.Types[row] == type)
            .Select(row => (data.Interactions.Users[row], data.Interactions.Items[row]));

    private static byte[] Unpack(string path)
    {
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var content = new MemoryStream();
        gzip.CopyTo(content);
        return content.ToArray();
    }

    private async Task<CommandRun> SynthAsync(string name, int users, int items, int seed, params string[] more)
    {
        CommandRun run = await CommandRun.InvokeAsync(
            ["synth", "--users", $"{users}", "--items", $"{items}", "--seed", $"{seed}", "--out", _directory.At(name), .. more],
            Cancellation
        );
        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
        return run;
    }

    private ShopData Read(string name, string extension)
    {
        var report = new ImportReport();
        var options = new ImportOptions
        {
            Interactions = _directory.At($"{name}/interactions{extension}"),
            Catalog = _directory.At($"{name}/catalog{extension}"),
            Users = _directory.At($"{name}/users{extension}"),
        };
        ShopData? data = ShopImport.Read(options, report, new SilentProgress(), Cancellation);
        Assert.Empty(report.Problems);
        return data!;
    }
}
