using RecOps.Shared;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Server.Recommendations;

public sealed class PlacementTests
{
    [Fact]
    public async Task Placements_OfTheSettings_AreWhatTheConsoleIsTold()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new() { ["Serving:Placements:0"] = "home", ["Serving:Placements:1"] = "wishlist" }
        );

        PlacementList told = await application.CreateClient().GetAsync<PlacementList>(Routes.Placements);

        Assert.Equal(["home", "wishlist"], told.Placements);
    }

    [Fact]
    public async Task Recommend_NoPlacementWhereThereIsNoHome_TheFirst()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new() { ["Serving:Placements:0"] = "wishlist", ["Serving:Placements:1"] = "deal" }
        );
        HttpClient client = application.CreateClient();

        Assert.Equal("wishlist", (await client.GetAsync<RecommendationResponse>(Routes.RecommendationsFor("u1"))).Placement);
        Assert.Equal("wishlist", (await application.RecommendAsync("u1")).Placement);
        await (
            await client.GetAsync($"{Routes.RecommendationsFor("u1")}?placement=home", TestContext.Current.CancellationToken)
        ).ExpectFieldsAsync("placement");
    }
}
