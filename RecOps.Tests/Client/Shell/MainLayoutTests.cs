using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Extensions;
using RecOps.Client.Shell;
using Xunit;

namespace RecOps.Tests.Client.Shell;

public sealed class MainLayoutTests : ConsoleTest
{
    [Fact]
    public async Task Layout_SnapshotArrives_ShowsModelProviderAndLive()
    {
        IRenderedComponent<MainLayout> layout = RenderLayout(_ => { });
        Assert.Contains("Connecting", layout.Find(".connection").TextContent, StringComparison.Ordinal);

        await Stream.ConnectedAsync();
        await Stream.SendAsync(Sample.Snapshot(0));

        layout.WaitForAssertion(() =>
        {
            Assert.Equal("demo-shop demo-1", layout.Find(".model").TextContent.Trim());
            Assert.Equal("CPU", layout.Find(".appbar .chip").TextContent.Trim());
            Assert.Equal("Live", layout.Find(".connection .label").TextContent);
        });
    }

    [Fact]
    public async Task Layout_NoUpdatesForAWhile_SaysHowOldTheViewIs()
    {
        IRenderedComponent<MainLayout> layout = RenderLayout(_ => { });
        await Stream.ConnectedAsync();
        await Stream.SendAsync(Sample.Snapshot(0));
        layout.WaitForAssertion(() => Assert.Equal("Live", layout.Find(".connection .label").TextContent));

        Clock.Advance(TimeSpan.FromSeconds(4));

        layout.WaitForAssertion(() => Assert.Equal("last update 4 s ago", layout.Find(".connection .detail").TextContent));
    }

    [Fact]
    public void Layout_PageBreaks_OffersRetryAndRecovers()
    {
        bool broken = true;
        IRenderedComponent<MainLayout> layout = RenderLayout(builder =>
        {
            builder.OpenComponent<Fragile>(0);
            builder.AddAttribute(1, nameof(Fragile.Broken), () => broken);
            builder.CloseComponent();
        });
        Assert.Contains("This page broke", layout.Find("[role=alert]").TextContent, StringComparison.Ordinal);

        broken = false;
        layout.Find("[role=alert] button").Click();

        layout.WaitForAssertion(() => Assert.Equal("well", layout.Find("#content").TextContent.Trim()));
    }

    [Fact]
    public void Layout_SystemTurnsDark_FollowsWithoutReload()
    {
        IRenderedComponent<MainLayout> layout = RenderLayout(_ => { });

        layout.InvokeAsync(() => Services.GetRequiredService<ThemePreference>().Apply("system", dark: true));

        layout.WaitForAssertion(() =>
            Assert.True(layout.FindComponent<MudBlazor.MudThemeProvider>().Instance.GetState(theme => theme.IsDarkMode))
        );
    }

    private IRenderedComponent<MainLayout> RenderLayout(RenderFragment body) =>
        Render<MainLayout>(parameters => parameters.Add(layout => layout.Body, body));

    internal sealed class Fragile : ComponentBase
    {
        [Parameter]
        public Func<bool> Broken { get; set; } = () => false;

        protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder) =>
            builder.AddContent(0, Broken() ? throw new InvalidOperationException("broken") : "well");
    }
}
