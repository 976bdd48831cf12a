using System.Net;
using Bunit;
using RecOps.Client.Demo;
using RecOps.Shared;
using RecOps.Shared.Demo;
using Xunit;

namespace RecOps.Tests.Client.Demo;

public sealed class DemoTrafficCardTests : ConsoleTest
{
    private DemoTrafficState _state = new(true, 40, 500);

    [Fact]
    public void Open_NoDemoTraffic_DrawsNothing()
    {
        IRenderedComponent<DemoTrafficCard> card = RenderCard();

        card.WaitForAssertion(() => Assert.Single(Server.CallsTo("GET", Routes.DemoTraffic)));
        Assert.Equal("", card.Markup.Trim());
    }

    [Fact]
    public void Open_DemoTraffic_ShowsRateWithinItsBounds()
    {
        IRenderedComponent<DemoTrafficCard> card = RenderRunning();

        Assert.Equal("40/s", card.Find("output").TextContent);
        Assert.Equal(("0", "500"), (card.Find("[type=range]").GetAttribute("min"), card.Find("[type=range]").GetAttribute("max")));
    }

    [Fact]
    public void Slide_Released_SetsTheRateOnce()
    {
        IRenderedComponent<DemoTrafficCard> card = RenderRunning();

        card.Find("[type=range]").Input("90");
        Assert.Equal("90/s", card.Find("output").TextContent);
        Assert.Empty(Server.CallsTo("PUT", Routes.DemoTraffic));

        card.Find("[type=range]").Change("120");
        card.WaitForAssertion(() => Assert.Equal(120, Updates().Single().RequestsPerSecond));
        Assert.Null(Updates().Single().Enabled);
    }

    [Fact]
    public void Switch_Off_StopsTheTrafficAndTheSlider()
    {
        IRenderedComponent<DemoTrafficCard> card = RenderRunning();

        card.Find("[type=checkbox]").Change(false);

        card.WaitForAssertion(() => Assert.True(card.Find("[type=range]").HasAttribute("disabled")));
        Assert.False(Updates().Single().Enabled);
    }

    [Fact]
    public void Update_Refused_SaysWhyAndKeepsTheOldRate()
    {
        IRenderedComponent<DemoTrafficCard> card = RenderRunning();
        Server.OnProblem("PUT", Routes.DemoTraffic, HttpStatusCode.BadRequest, """{"title":"Too fast","detail":"At most 500."}""");

        card.Find("[type=range]").Change("900");

        card.WaitForAssertion(() => Assert.Contains("Too fast", card.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal("40/s", card.Find("output").TextContent);
    }

    private IRenderedComponent<DemoTrafficCard> RenderRunning()
    {
        Server.On("GET", Routes.DemoTraffic, DemoJson.Default.DemoTrafficState, _ => _state);
        Server.On(
            "PUT",
            Routes.DemoTraffic,
            DemoJson.Default.DemoTrafficState,
            call =>
            {
                DemoTrafficUpdate update = call.Read(DemoJson.Default.DemoTrafficUpdate);
                return _state = _state with
                {
                    Enabled = update.Enabled ?? _state.Enabled,
                    RequestsPerSecond = update.RequestsPerSecond ?? _state.RequestsPerSecond,
                };
            }
        );
        IRenderedComponent<DemoTrafficCard> card = RenderCard();
        card.WaitForElement("output");
        return card;
    }

    private IRenderedComponent<DemoTrafficCard> RenderCard()
    {
        RenderSurroundings();
        return Render<DemoTrafficCard>();
    }

    private IEnumerable<DemoTrafficUpdate> Updates() =>
        Server.CallsTo("PUT", Routes.DemoTraffic).Select(call => call.Read(DemoJson.Default.DemoTrafficUpdate));
}
