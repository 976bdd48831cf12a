using RecOps.Shared;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Server.Recommendations;

public sealed class PlacementTests
{
    [Fact]
    public async Task Placements_OfTheSettings_AreWhatTheConsoleIsTold()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["Serving:Placements:0"] = "home", ["Serving:Placements:1"] = "wishlist" });

        PlacementList told = await application.CreateClient().GetAsync<PlacementList>(Routes.Placements);

        Assert.Equal(["home", "wishlist"], told.Placements);
    }
}
