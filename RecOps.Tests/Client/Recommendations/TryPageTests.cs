using System.Net;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components.Web;
using RecOps.Client.Catalog;
using RecOps.Client.Events;
using RecOps.Client.Recommendations;
using RecOps.Client.Users;
using RecOps.Shared;
using RecOps.Shared.Catalog;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Users;
using Xunit;

namespace RecOps.Tests.Client.Recommendations;

public sealed class TryPageTests : ConsoleTest
{
    private readonly HashSet<string> _soldOut = [];
    private readonly List<HistoryEntry> _history = [];
    private string[] _list = ["a", "b", "c"];

    public TryPageTests()
    {
        Server
            .On(
                "POST",
                Routes.Recommendations,
                RecommendationsJson.Default.RecommendationResponse,
                _ => Sample.List([.. _list.Where(id => !_soldOut.Contains(id))])
            )
            .On(
                "POST",
                Routes.ItemLookup,
                CatalogJson.Default.ItemLookupResponse,
                call => new([.. call.Read(CatalogJson.Default.ItemLookupRequest).ItemIds!.Select(id => Sample.Item(id))])
            )
            .On("GET", Routes.Profile("u1"), UsersJson.Default.UserProfile, _ => Sample.Profile("u1", [.. _history]))
            .On(
                "POST",
                Routes.Events,
                EventsJson.Default.EventsResponse,
                call =>
                {
                    ShopEvent deed = call.Read(EventsJson.Default.EventsRequest).Events!.Single();
                    _history.Insert(0, new(Sample.Item(deed.ItemId!), deed.Type, Sample.Noon));
                    return new(1, []);
                }
            )
            .On(
                "PATCH",
                Routes.CatalogItems,
                CatalogJson.Default.CatalogUpdateResponse,
                call =>
                {
                    CatalogItemUpdate update = call.Read(CatalogJson.Default.CatalogUpdateRequest).Items!.Single();
                    if (update.InStock == true)
                        _soldOut.Remove(update.ItemId!);
                    else
                        _soldOut.Add(update.ItemId!);
                    return new(1, []);
                }
            );
    }

    [Fact]
    public void Open_NobodyChosen_SaysWhatToDoAndSendsNoRequest()
    {
        IRenderedComponent<TryPage> page = OpenAt("try");

        Assert.Contains("Choose a shopper", page.Find(".empty").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(Server.Calls, call => call.Path != Routes.Placements);
        Assert.True(page.Find("button[type=submit]").HasAttribute("disabled"));
    }

    [Fact]
    public void Open_LinkWithAShopper_ShowsListAndShopper()
    {
        _history.Add(new(Sample.Item("z"), null, null));

        IRenderedComponent<TryPage> page = OpenAt("try?user=u1&placement=product&count=3&item=z");

        page.WaitForElements(".list .row", 3);
        Assert.Equal(["a", "b", "c"], Shown(page));
        Assert.Equal("Title of a", page.Find(".list .title").TextContent);
        Assert.Contains("12.50", page.Find(".list .price").TextContent, StringComparison.Ordinal);
        Assert.Contains("computed", page.Find(".list-card .card-head .chip").TextContent, StringComparison.Ordinal);
        Assert.Contains("request-a-b-c", page.Markup, StringComparison.Ordinal);
        Assert.Contains("3.10 ms", page.Find(".timing").TextContent, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".history li")));
        RecommendationRequest asked = Asked().Single();
        Assert.Equal(("u1", "product", 3, "z", true), (asked.UserId, asked.Placement, asked.Count, asked.ItemId, asked.Explain));
    }

    [Fact]
    public void Loading_FirstList_ShowsAsManySkeletonsAsRows()
    {
        TaskCompletionSource<HttpResponseMessage> answer = new();
        Server.On("POST", Routes.Recommendations, _ => answer.Task);

        IRenderedComponent<TryPage> page = OpenAt("try?user=u1&count=5");

        page.WaitForElements(".row-skeleton", 5);
        answer.SetResult(FakeServer.Json(Sample.List("a"), RecommendationsJson.Default.RecommendationResponse));
        page.WaitForElements(".list .row", 1);
        Assert.Empty(page.FindAll(".row-skeleton"));
    }

    [Fact]
    public void Change_Placement_IsInTheAddressAndReloads()
    {
        IRenderedComponent<TryPage> page = OpenWithList();

        page.Find("#try-placement").Change("cart");

        page.WaitForAssertion(() => Assert.Equal("cart", Asked().Last().Placement));
        Assert.EndsWith("try?user=u1&placement=cart", Navigation.Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Equal("", page.Find(".changes").TextContent));
    }

    [Fact]
    public void Back_ToAnotherAddress_ShowsThatListAgain()
    {
        IRenderedComponent<TryPage> page = OpenWithList();
        page.Find("#try-count").Change("50");
        page.WaitForAssertion(() => Assert.Equal(50, Asked().Last().Count));

        page.InvokeAsync(() => Navigation.NavigateTo("try?user=u1"));

        page.WaitForAssertion(() => Assert.Equal(12, Asked().Last().Count));
        Assert.Equal("12", page.Find("#try-count").GetAttribute("value"));
    }

    [Fact]
    public void Purchase_Clicked_SendsTheListsRequestIdAndShowsWhatMoved()
    {
        IRenderedComponent<TryPage> page = OpenWithList();
        _list = ["c", "b", "d"];

        page.Find("[data-item=a] [data-action=purchase]").Click();

        page.WaitForAssertion(() => Assert.Equal(["c", "b", "d"], Shown(page)));
        ShopEvent deed = Server.CallsTo("POST", Routes.Events).Single().Read(EventsJson.Default.EventsRequest).Events!.Single();
        Assert.Equal(("u1", "a", "purchase", "request-a-b-c"), (deed.UserId, deed.ItemId, deed.Type, deed.RequestId));
        Assert.Equal("↑2", page.Find("[data-item=c] .change span").TextContent);
        Assert.Equal("new", page.Find("[data-item=d] .change span").TextContent);
        Assert.Equal("1 moved, 1 new, 1 gone.", page.Find(".changes").TextContent);
        page.WaitForAssertion(() => Assert.Contains("purchase", page.Find(".history li").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Event_Rejected_SaysWhyAndKeepsTheList()
    {
        Server.On("POST", Routes.Events, EventsJson.Default.EventsResponse, _ => new(0, [new(0, "itemId is unknown.")]));
        IRenderedComponent<Surroundings> around = RenderSurroundings();
        IRenderedComponent<TryPage> page = RenderAt<TryPage>("try?user=u1");
        page.WaitForElements(".list .row", 3);

        page.Find("[data-item=a] [data-action=view]").Click();

        around.WaitForAssertion(() => Assert.Contains("itemId is unknown.", around.Markup, StringComparison.Ordinal));
        Assert.Single(Asked());
    }

    [Fact]
    public void SoldOut_ConfirmedAndUndone_LeavesTheListAndComesBack()
    {
        IRenderedComponent<Surroundings> around = RenderSurroundings();
        IRenderedComponent<TryPage> page = RenderAt<TryPage>("try?user=u1");
        page.WaitForElements(".list .row", 3);

        page.Find("[data-item=b] [data-action=stock]").Click();
        around.WaitForElement("[role=dialog]");
        Assert.Empty(Server.CallsTo("PATCH", Routes.CatalogItems));
        Button(around, "Mark sold out").Click();

        page.WaitForAssertion(() => Assert.Equal(["a", "c"], Shown(page)));
        Assert.Contains("Title of b", page.Find(".sold-out").TextContent, StringComparison.Ordinal);

        around.WaitForAssertion(() => Assert.NotNull(Button(around, "Undo")));
        Button(around, "Undo").Click();
        page.WaitForAssertion(() => Assert.Equal(["a", "b", "c"], Shown(page)));
        Assert.Empty(page.FindAll(".sold-out"));
    }

    [Fact]
    public void SoldOut_Cancelled_ChangesNothing()
    {
        IRenderedComponent<Surroundings> around = RenderSurroundings();
        IRenderedComponent<TryPage> page = RenderAt<TryPage>("try?user=u1");
        page.WaitForElements(".list .row", 3);

        page.Find("[data-item=b] [data-action=stock]").Click();
        around.WaitForElement("[role=dialog]");
        Button(around, "Cancel").Click();

        around.WaitForAssertion(() => Assert.Empty(around.FindAll("[role=dialog]")));
        Assert.Empty(Server.CallsTo("PATCH", Routes.CatalogItems));
    }

    [Fact]
    public void Similar_Clicked_OpensThePanelAndCloses()
    {
        Server.On(
            "GET",
            Routes.SimilarTo("b"),
            RecommendationsJson.Default.SimilarItemsResponse,
            _ => new("b", [new("x", 1, 0.91f, []), new("y", 2, 0.8f, [])], "demo-1", 0)
        );
        IRenderedComponent<TryPage> page = OpenWithList();

        page.Find("[data-item=b] [data-action=similar]").Click();

        page.WaitForElements(".similar li", 2);
        Assert.Contains("Title of x", page.Find(".similar li").TextContent, StringComparison.Ordinal);
        Assert.Contains("0.910", page.Find(".similar li").TextContent, StringComparison.Ordinal);
        page.Find(".similar header button").Click();
        Assert.Empty(page.FindAll(".similar"));
    }

    [Fact]
    public void Refused_FieldByField_IsShownAtTheFields()
    {
        Server.OnProblem(
            "POST",
            Routes.Recommendations,
            HttpStatusCode.BadRequest,
            """{"title":"The request is not valid","errors":{"count":["Must be 1 to 100."],"segment":["Too long."]}}"""
        );

        IRenderedComponent<TryPage> page = OpenAt("try?user=u1&count=1000&segment=xx");

        page.WaitForAssertion(() => Assert.Equal("Must be 1 to 100.", page.Find("#try-count-error").TextContent));
        Assert.Equal("Too long.", page.Find("#try-segment-error").TextContent);
        Assert.Equal("The server rejected the input", page.Find(".problem .strong").TextContent);
        Assert.Empty(page.FindAll(".problem button"));
    }

    [Fact]
    public void Failed_Server_OffersRetryAndRecovers()
    {
        Server.Down = true;
        IRenderedComponent<TryPage> page = OpenAt("try?user=u1");
        page.WaitForAssertion(() =>
            Assert.Contains("The server cannot be reached", page.Find(".list-card [role=alert]").TextContent, StringComparison.Ordinal)
        );

        Server.Down = false;
        page.Find(".list-card [role=alert] button").Click();

        page.WaitForElements(".list .row", 3);
        Assert.Empty(page.FindAll("[role=alert]"));
    }

    [Fact]
    public void Empty_List_SaysWhyThatMayBe()
    {
        _list = [];

        IRenderedComponent<TryPage> page = OpenAt("try?user=u1");

        page.WaitForAssertion(() =>
            Assert.Contains("The list is empty", page.Find(".list-card .empty").TextContent, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Type_UnknownShopper_IsTriedAsANewcomer()
    {
        Server
            .On("GET", Routes.Users, UsersJson.Default.UserSearchResponse, _ => new([], 5000))
            .On("GET", Routes.Profile("nobody-7"), UsersJson.Default.UserProfile, _ => new("nobody-7", false, "", "", null, 0, []));
        IRenderedComponent<TryPage> page = OpenAt("try");

        IElement input = page.Find(".mud-autocomplete input");
        input.Input("nobody-7");
        input.KeyDown(new KeyboardEventArgs { Key = "Tab" });
        input.Blur();

        page.WaitForAssertion(() => Assert.EndsWith("try?user=nobody-7", Navigation.Uri, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Contains("newcomer", page.Find(".shopper").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Surprise_Clicked_OpensAKnownShopper()
    {
        Server.On("GET", Routes.Users, UsersJson.Default.UserSearchResponse, _ => new([new("u1", "DE", "regular", 7)], 1));
        IRenderedComponent<TryPage> page = OpenAt("try");

        page.FindAll("button").Single(button => button.TextContent.Contains("Surprise me", StringComparison.Ordinal)).Click();

        page.WaitForElements(".list .row", 3);
        Assert.EndsWith("try?user=u1", Navigation.Uri, StringComparison.Ordinal);
    }

    private IRenderedComponent<TryPage> OpenAt(string address)
    {
        RenderSurroundings();
        return RenderAt<TryPage>(address);
    }

    private IRenderedComponent<TryPage> OpenWithList()
    {
        IRenderedComponent<TryPage> page = OpenAt("try?user=u1");
        page.WaitForElements(".list .row", 3);
        return page;
    }

    private IEnumerable<RecommendationRequest> Asked() =>
        Server.CallsTo("POST", Routes.Recommendations).Select(call => call.Read(RecommendationsJson.Default.RecommendationRequest));

    private static IEnumerable<string?> Shown(IRenderedComponent<TryPage> page) =>
        page.FindAll(".list .row").Select(row => row.GetAttribute("data-item"));

    private static IElement Button(IRenderedComponent<Surroundings> around, string text) =>
        around.FindAll("button").First(button => button.TextContent.Trim() == text);
}
