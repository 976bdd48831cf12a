using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Server.Models;

/// <summary>What docs/bring-your-own-model.md says is enough: a bundle made from it alone serves.</summary>
public sealed class HandwrittenBundleTests
{
    [Fact]
    public async Task Serve_BundleOfAProgramThatKnowsOnlyTheFormat_RanksAndFollowsEvents()
    {
        string models = TestBundle.NewDirectory();
        await HandwrittenBundle.WriteAsync(Path.Combine(models, "wine"));
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new Dictionary<string, string?> { ["Models:Active"] = "wine" }, models: models);

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

    [Fact]
    public async Task Activate_ItBesideAnother_TakesOver()
    {
        string models = await TwoBundles.WriteAsync();
        await HandwrittenBundle.WriteAsync(Path.Combine(models, "wine"));
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(models: models);
        Assert.Equal("wine-2026-11", (await application.CreateClient().ActivateAsync("wine")).Active!.Model);
        Assert.Equal("barolo", (await application.RecommendAsync("rosa")).Items[0].ItemId);
    }
}
