using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Models;
using RecOps.Serving.Models;
using RecOps.Shared.Bundles;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Server.Models;

/// <summary>A bundle made only from docs/bring-your-own-model.md can be served.</summary>
public sealed class HandwrittenBundleTests(ServerFixture server)
{
    private const string Weights = "weights.bin";

    [Fact]
    public async Task Serve_BundleOfAProgramThatKnowsOnlyTheFormat_RanksAndFollowsEvents()
    {
        string models = TestBundle.NewDirectory();
        await HandwrittenBundle.WriteAsync(Path.Combine(models, "wine"));
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new Dictionary<string, string?> { ["Models:Active"] = "wine" },
            models: models
        );

        RecommendationResponse rosa = await application.RecommendAsync(new RecommendationRequest { UserId = "rosa", Count = 6 });
        RecommendationResponse blanca = await application.RecommendAsync(new RecommendationRequest { UserId = "blanca", Count = 6 });
        Assert.Equal((RecommendationSource.Computed, "wine-2026-11"), (rosa.Source, rosa.ModelVersion));
        Assert.Equal(["barolo", "chianti", "syrah"], rosa.Items.Take(3).Select(item => item.ItemId));
        Assert.Equal(["riesling", "chablis", "soave"], blanca.Items.Take(3).Select(item => item.ItemId));

        Assert.Equal(RecommendationSource.Popular, (await application.RecommendAsync("newcomer")).Source);
        await application.SendEventAsync("newcomer", "soave", ShopEventType.Purchase);
        RecommendationResponse known = await application.RecommendAsync(new RecommendationRequest { UserId = "newcomer", Count = 3 });
        Assert.Equal(RecommendationSource.Computed, known.Source);
        Assert.All(known.Items, item => Assert.Contains(item.ItemId, new[] { "riesling", "chablis", "soave" }));
    }

    [Theory]
    [InlineData(ModelsOptions.ToDisk)]
    [InlineData(ModelsOptions.ToMemory)]
    public async Task Serve_RankerWithItsWeightsInAnotherFile_Ranks(string copy)
    {
        string models = TestBundle.NewDirectory();
        await HandwrittenBundle.WriteAsync(Path.Combine(models, "wine"), Weights);
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new Dictionary<string, string?> { ["Models:Active"] = "wine", ["Models:Copy"] = copy },
            models: models
        );

        Assert.Equal(["barolo", "chianti", "syrah"], (await application.RecommendAsync("rosa")).Items.Take(3).Select(item => item.ItemId));
    }

    [Fact]
    public async Task Recommend_ExternalWeightsAreOverwritten_AnswersStay()
    {
        string models = TestBundle.NewDirectory();
        string directory = Path.Combine(models, "wine");
        await HandwrittenBundle.WriteAsync(directory, Weights);
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new Dictionary<string, string?> { ["Models:Active"] = "wine", ["Caching:Enabled"] = "false" },
            models: models
        );
        RecommendationResponse before = await application.RecommendAsync("rosa");

        await using (FileStream file = File.OpenWrite(Path.Combine(directory, Weights)))
            file.Write(new byte[file.Length]);

        Assert.Equal(
            before.Items.Select(item => (item.ItemId, item.Score)),
            (await application.RecommendAsync("rosa")).Items.Select(item => (item.ItemId, item.Score))
        );
    }

    [Theory]
    [InlineData(Weights, "bundle.json has no entry for weights.bin")]
    [InlineData("../weights.bin", "outside the bundle")]
    [InlineData("/tmp/weights.bin", "outside the bundle")]
    public async Task Load_ExternalWeightsThatTheManifestDoesNotHave_Refused(string weights, string words) =>
        Assert.Contains(words, await RefusalAsync(weights, isListed: false), StringComparison.Ordinal);

    [Fact]
    public async Task Load_ExternalWeightsAreMissing_Refused() =>
        Assert.Contains(
            $"{Weights}: the file is missing",
            await RefusalAsync(Weights, isListed: true, directory => File.Delete(Path.Combine(directory, Weights))),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Activate_ItBesideAnother_TakesOver()
    {
        string models = await TwoBundles.WriteAsync();
        await HandwrittenBundle.WriteAsync(Path.Combine(models, "wine"));
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(models: models);
        Assert.Equal("wine-2026-11", (await application.CreateClient().ActivateAsync("wine")).Active!.Model);
        Assert.Equal("barolo", (await application.RecommendAsync("rosa")).Items[0].ItemId);
    }

    private async Task<string> RefusalAsync(string weights, bool isListed, Action<string>? damage = null)
    {
        string directory = Path.Combine(TestBundle.NewDirectory(), "wine");
        await HandwrittenBundle.WriteAsync(directory, weights, isListed);
        damage?.Invoke(directory);
        var factory = server.Application.Services.GetRequiredService<ModelOpening>();
        var error = await Assert.ThrowsAsync<BundleException>(async () =>
        {
            await using ServingModel model = factory.Open(directory, atStart: false, TestContext.Current.CancellationToken);
        });
        return error.Message;
    }
}
