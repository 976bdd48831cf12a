using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Models;
using RecOps.Serving.Models;
using RecOps.Shared.Bundles;
using Xunit;

namespace RecOps.Tests.Server.Models;

public sealed class BundleRefusalTests(ServerFixture server)
{
    [Fact]
    public Task Load_ChangedFile_RefusedForItsHash() =>
        ExpectDamageRefusedAsync(
            path =>
            {
                byte[] bytes = File.ReadAllBytes(Path.Combine(path, BundleFile.Items));
                bytes[^1] ^= 1;
                File.WriteAllBytes(Path.Combine(path, BundleFile.Items), bytes);
            },
            BundleFile.Items,
            "sha256"
        );

    [Fact]
    public Task Load_TruncatedFile_Refused() =>
        ExpectDamageRefusedAsync(
            path =>
            {
                using FileStream stream = File.OpenWrite(Path.Combine(path, BundleFile.Users));
                stream.SetLength(stream.Length - 1);
            },
            BundleFile.Users,
            "truncated"
        );

    [Fact]
    public Task Load_MissingFile_Refused() =>
        ExpectDamageRefusedAsync(path => File.Delete(Path.Combine(path, BundleFile.Clusters)), BundleFile.Clusters, "missing");

    [Fact]
    public Task Load_BrokenManifest_Refused() =>
        ExpectDamageRefusedAsync(
            path => File.WriteAllText(Path.Combine(path, BundleFile.Manifest), "{"),
            BundleFile.Manifest,
            "cannot be read"
        );

    [Theory]
    [InlineData("\"formatVersion\"", "\"formatVersion\": 1, \"extra\"", null)]
    [InlineData("\"name\": \"shop\"", "\"name\": \"\"", "name must have 1 to 64 characters")]
    [InlineData("\"name\": \"shop\"", "\"name\": \"a\\nb\"", "name must have 1 to 64 characters, none of them a control character.")]
    [InlineData("\"name\": \"shop\"", "\"name\": null", "name has a value of the wrong kind")]
    [InlineData("\"items\": 60", "\"items\": \"many\"", "counts.items has a value of the wrong kind (line ")]
    [InlineData("\"foldDecay\"", "\"foldDecays\"", "'foldDecay' is missing.")]
    [InlineData("\"view\": ", "\"view\": -", "features.eventWeights.view is -")]
    [InlineData(
        "\"files\": {",
        "\"files\": { \"a\\u0000b\": { \"bytes\": 1, \"sha256\": \"00\" },",
        "files has an empty name, or one with a control character."
    )]
    [InlineData("\"files\": {", "\"files\": { \"odd\": null,", "files.odd needs bytes and sha256.")]
    [InlineData("\"user\": \"user\"", "\"user\": \"\"", "ranker.user is empty")]
    [InlineData("\"user\": \"user\"", "\"user\": \"user\", \"historyAges\": \" \"", "ranker.historyAges is empty")]
    public async Task Load_MistakeInTheManifest_IsNamedInItsOwnWords(string before, string after, string? words)
    {
        string models = await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation());
        string path = Path.Combine(models, TestBundle.Name, BundleFile.Manifest);
        string json = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Contains(before, json, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, json.Replace(before, after, StringComparison.Ordinal), TestContext.Current.CancellationToken);

        if (words is not null)
            await ExpectRefusedAsync(models, [words]);
        else
            _ = Bundle.ReadManifest(Path.Combine(models, TestBundle.Name));
    }

    [Theory]
    [InlineData(1.5f, "scores must be 0 to 1.")]
    [InlineData(float.NaN, "scored NaN or infinity; scores must be 0 to 1.")]
    public async Task Load_RankerWhoseScoresAreNone_Refused(float factor, string words)
    {
        string models = TestBundle.NewDirectory();
        await HandwrittenBundle.WriteAsync(Path.Combine(models, TestBundle.Name), factor: factor);

        await ExpectRefusedAsync(models, [BundleFile.Ranker, words]);
    }

    [Fact]
    public Task Load_OtherDimension_RefusedForTheShape() =>
        ExpectVariationRefusedAsync(
            new TestBundle.Variation { Manifest = manifest => manifest with { Dimension = 9 } },
            BundleFile.Items,
            "[60, 8]",
            "[60, 9]"
        );

    [Fact]
    public Task Load_HistoryOutsideTheCatalogue_Refused() =>
        ExpectVariationRefusedAsync(new TestBundle.Variation { HistoryOrdinal = 60 }, BundleFile.Users, "history", "60");

    [Fact]
    public Task Load_EventTypeThatIsNone_Refused() =>
        ExpectVariationRefusedAsync(
            new TestBundle.Variation { Events = new(4, 0) },
            BundleFile.Users,
            "'historyType'",
            "above 3",
            "3 a purchase"
        );

    [Theory]
    [InlineData(-1f, "at least 0")]
    [InlineData(float.PositiveInfinity, "finite number")]
    public Task Load_AgeThatIsNone_Refused(float days, string words) =>
        ExpectVariationRefusedAsync(new TestBundle.Variation { Events = new(0, days) }, BundleFile.Users, "'historyAge'", words);

    [Fact]
    public Task Load_RankerWithoutTheInputsForEvents_Refused() =>
        ExpectVariationRefusedAsync(
            new TestBundle.Variation { Events = new(0, 0, Missing: true) },
            BundleFile.Ranker,
            "'historyTypes' is missing",
            "'historyAges' is missing"
        );

    [Fact]
    public Task Load_RankerWithInputsForEventsThatTheManifestDoesNotName_Refused() =>
        ExpectVariationRefusedAsync(
            new TestBundle.Variation { Events = new(0, 0), Manifest = manifest => manifest with { Ranker = new RankerSignature() } },
            BundleFile.Ranker,
            "'historyTypes' is not named in bundle.json"
        );

    [Fact]
    public Task Load_NoTensorForAnInputForEvents_Refused() =>
        ExpectVariationRefusedAsync(
            new TestBundle.Variation { Manifest = manifest => manifest with { Ranker = RankerSignature.WithEvents } },
            BundleFile.Users,
            "historyType"
        );

    [Fact]
    public Task Load_ClusterThatIsNone_Refused() =>
        ExpectVariationRefusedAsync(new TestBundle.Variation { ClusterOfThird = 4 }, BundleFile.Users, "cluster", "4");

    [Fact]
    public Task Load_FewerRows_Refused() =>
        ExpectVariationRefusedAsync(new TestBundle.Variation { MissingItemRows = 1 }, BundleFile.Catalog, "59 rows", "60");

    [Fact]
    public Task Load_SameIdTwice_Refused() =>
        ExpectVariationRefusedAsync(new TestBundle.Variation { DuplicateItemId = true }, BundleFile.Catalog, "'i0'", "unique");

    [Fact]
    public Task Load_OtherInputName_Refused() =>
        ExpectVariationRefusedAsync(
            new TestBundle.Variation { RankerUserInput = "shopper" },
            BundleFile.Ranker,
            "'user' is missing",
            "shopper"
        );

    [Fact]
    public Task Load_RankerOfOtherHistoryLength_Refused() =>
        ExpectVariationRefusedAsync(
            new TestBundle.Variation { RankerHistory = 4 },
            BundleFile.Ranker,
            "'history'",
            "extent 4",
            "expected 16"
        );

    [Fact]
    public Task Load_RankerKnowsFewerItems_Refused() =>
        ExpectVariationRefusedAsync(new TestBundle.Variation { MissingRankerRows = 5 }, BundleFile.Ranker, "trial run", "59");

    [Fact]
    public Task Load_UnknownContextFeature_Refused() =>
        ExpectVariationRefusedAsync(
            new TestBundle.Variation { Manifest = m => m with { Features = m.Features with { Context = ["moonPhase"] } } },
            "moonPhase"
        );

    private async Task ExpectDamageRefusedAsync(Action<string> damage, params string[] words)
    {
        string models = await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation());
        damage(Path.Combine(models, TestBundle.Name));
        await ExpectRefusedAsync(models, words);
    }

    private async Task ExpectVariationRefusedAsync(TestBundle.Variation variation, params string[] words) =>
        await ExpectRefusedAsync(await TestBundle.WriteAsync(TestBundle.NewDirectory(), variation), words);

    private async Task ExpectRefusedAsync(string models, string[] words)
    {
        var factory = server.Application.Services.GetRequiredService<ModelOpening>();
        var error = await Assert.ThrowsAsync<BundleException>(async () =>
        {
            await using ServingModel model = factory.Open(
                Path.Combine(models, TestBundle.Name),
                atStart: false,
                TestContext.Current.CancellationToken
            );
        });
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
    }
}
