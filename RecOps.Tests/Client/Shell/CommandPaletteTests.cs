using Bunit;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Client.Catalog;
using RecOps.Client.Clusters;
using RecOps.Client.Rules;
using RecOps.Client.Shell;
using RecOps.Client.Users;
using RecOps.Shared;
using RecOps.Tests.Client.Rules;
using Xunit;

namespace RecOps.Tests.Client.Shell;

public sealed class CommandPaletteTests : ConsoleTest
{
    [Fact]
    public void Palette_Opened_HasThePagesInTheirOrder()
    {
        IRenderedComponent<CommandPalette> palette = Open();

        Assert.Equal(
            "Overview, Latency, Compute, Alerts, Capacity, Try it, Rules, Rule versions, Cache, Clusters, Models",
            string.Join(", ", palette.FindAll("li .name").Select(name => name.TextContent))
        );
    }

    [Fact]
    public void Palette_Typed_HasPagesThenWhatEachFeatureFinds()
    {
        Server
            .On("GET", Routes.Users, UsersJson.Default.UserSearchResponse, _ => new([new("garden-fan", "DE", "regular", 1)], 1))
            .On(
                "GET",
                Routes.ItemSearch,
                CatalogJson.Default.ItemSearchResponse,
                _ => new([Sample.Item("g1", title: "Garden chair")], false)
            )
            .On(
                "GET",
                Routes.RuleDraft,
                RulesJson.Default.RuleDraftInfo,
                _ => SampleRules.Draft(1, SampleRules.Rule("garden-week"), SampleRules.Rule("winter"))
            )
            .On(
                "GET",
                Routes.Clusters,
                ClustersJson.Default.ClusterList,
                _ => new(Sample.Noon, 9, 0, [new(7, "Garden", 0, 0, 9, 0, 0, 0, 0, 0)])
            );
        IRenderedComponent<CommandPalette> palette = Open();

        palette.Find("input").Input("garden");
        Clock.Advance(TimeSpan.FromMilliseconds(200));

        palette.WaitForAssertion(() =>
            Assert.Equal(
                ["shopper garden-fan", "item Garden chair", "rule Name of garden-week", "cluster Cluster 7"],
                palette
                    .FindAll("li")
                    .Select(entry => $"{entry.QuerySelector(".kind")!.TextContent} {entry.QuerySelector(".name")!.TextContent}")
            )
        );
    }

    [Fact]
    public void Palette_ServerKnowsNothing_StillHasPages()
    {
        IRenderedComponent<CommandPalette> palette = Open();

        palette.Find("input").Input("heat map");
        Clock.Advance(TimeSpan.FromMilliseconds(200));

        palette.WaitForAssertion(() => Assert.Equal(4, Server.Calls.Count));
        palette.WaitForAssertion(() => Assert.Equal("Latency", Assert.Single(palette.FindAll("li .name")).TextContent));
    }

    private IRenderedComponent<CommandPalette> Open()
    {
        IRenderedComponent<CommandPalette> palette = Render<CommandPalette>();
        palette.InvokeAsync(Services.GetRequiredService<PageWatch>().Palette);
        palette.WaitForElement("input");
        return palette;
    }
}
