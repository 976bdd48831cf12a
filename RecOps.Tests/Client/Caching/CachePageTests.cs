using System.Net;
using Bunit;
using RecOps.Client.Caching;
using RecOps.Shared;
using RecOps.Shared.Caching;
using Xunit;

namespace RecOps.Tests.Client.Caching;

public sealed class CachePageTests : ConsoleTest
{
    private static readonly DateTimeOffset Computed = Sample.Noon.AddMinutes(-2);

    private CachedEntry[] _entries =
    [
        new("home", null, false, ["l1", "l2"], "fresh", "warming", Computed, Computed.AddMinutes(5), Computed.AddHours(6), 200, 1520, 7),
        new("product", "LIG-1", false, ["l2"], "outdated", "request", Computed, Computed.AddMinutes(5), Computed.AddHours(6), 180, 1400, 0),
    ];

    [Fact]
    public void Open_LinkWithAShopper_SaysWhyTheirListsAreThere()
    {
        IRenderedComponent<CachePage> page = Open("/cache?user=u1");

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".entries tbody tr").Count));
        string first = page.FindAll(".entries tbody tr")[0].TextContent;
        Assert.Contains("a warm-up run", first, StringComparison.Ordinal);
        Assert.Contains("memory and Redis", first, StringComparison.Ordinal);
        Assert.Contains("2 min ago", first, StringComparison.Ordinal);
        Assert.Contains("has acted since", page.FindAll(".entries .chip")[1].GetAttribute("title"), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NobodyChosen_SaysWhatToDo()
    {
        IRenderedComponent<CachePage> page = Open("/cache");

        page.WaitForAssertion(() => Assert.Contains("Choose a shopper", page.Markup, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Contains("No Redis is configured", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Purge_Confirmed_DropsTheListsAndReloads()
    {
        Server.On(
            "DELETE",
            Routes.CachedFor("u1"),
            CachingJson.Default.PurgeResponse,
            _ =>
            {
                _entries = [];
                return new PurgeResponse(2);
            }
        );
        IRenderedComponent<Surroundings> around = RenderSurroundings();
        IRenderedComponent<CachePage> page = Open("/cache?user=u1");
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".entries tbody tr").Count));

        page.FindAll("button").Single(button => button.TextContent == "Purge").Click();
        around.WaitForAssertion(() => Assert.Contains("u1", around.Find(".mud-dialog").TextContent, StringComparison.Ordinal));
        around.FindAll(".mud-dialog button").Single(button => button.TextContent.Trim() == "Purge").Click();

        page.WaitForAssertion(() => Assert.Contains("Nothing is cached", page.Markup, StringComparison.Ordinal));
        Assert.Single(Server.CallsTo("DELETE", Routes.CachedFor("u1")));
    }

    [Fact]
    public void Purge_Cancelled_SendsNoRequest()
    {
        IRenderedComponent<Surroundings> around = RenderSurroundings();
        IRenderedComponent<CachePage> page = Open("/cache?user=u1");
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".entries tbody tr").Count));

        page.FindAll("button").Single(button => button.TextContent == "Purge").Click();
        around.WaitForAssertion(() => around.Find(".mud-dialog"));
        around.FindAll(".mud-dialog button").Single(button => button.TextContent.Trim() == "Cancel").Click();

        around.WaitForAssertion(() => Assert.Empty(around.FindAll(".mud-dialog")));
        Assert.Empty(Server.CallsTo("DELETE", Routes.CachedFor("u1")));
    }

    [Fact]
    public void LookUp_Refused_SaysWhyAndRetries()
    {
        Server.On("GET", Routes.Cache, CachingJson.Default.CacheState, _ => State());
        Server.OnProblem(
            "GET",
            Routes.CachedFor("u1"),
            HttpStatusCode.ServiceUnavailable,
            """{"title":"Not ready","detail":"The model is being loaded."}"""
        );
        IRenderedComponent<CachePage> page = RenderAt<CachePage>("/cache?user=u1");
        page.WaitForAssertion(() => Assert.Contains("The model is being loaded.", page.Markup, StringComparison.Ordinal));

        Server.On("GET", Routes.CachedFor("u1"), CachingJson.Default.CachedUser, _ => new CachedUser("u1", 3, _entries, true));
        page.Find(".problem button").Click();

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".entries tbody tr").Count));
    }

    private static CacheState State() => new("worth", 10, 15_000, 256_000_000, 300, 21_600, 0, null, null);

    private IRenderedComponent<CachePage> Open(string address)
    {
        Server.On("GET", Routes.Cache, CachingJson.Default.CacheState, _ => State());
        Server.On("GET", Routes.CachedFor("u1"), CachingJson.Default.CachedUser, _ => new CachedUser("u1", 3, _entries, true));
        return RenderAt<CachePage>(address);
    }
}
