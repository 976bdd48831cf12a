using System.Net;
using Bunit;
using RecOps.Client.Clusters;
using RecOps.Shared;
using RecOps.Shared.Clusters;
using Xunit;

namespace RecOps.Tests.Client.Clusters;

public sealed class ClustersPageTests : ConsoleTest
{
    private static readonly ClusterSummary[] Clusters =
    [
        new(0, "Kitchen", 0, 0, 100, 2, 30, 6, 15, 12),
        new(1, "Garden", 1, 1, 400, 0, 10, 2, 9, 40),
        new(2, "Toys", -1, 2, 25, 0, 0, 0, 0, 0),
    ];

    private WarmRun[] _runs = [];

    [Fact]
    public void Open_Sorted_RowsInThatOrderAndSpotsOfAllClusters()
    {
        IRenderedComponent<ClustersPage> page = Open("/clusters?sort=users");

        page.WaitForAssertion(() => Assert.Equal(["Garden", "Kitchen", "Toys"], page.FindAll(".likes").Select(cell => cell.TextContent)));
        Assert.Equal(3, page.FindAll(".map circle").Count);
        Assert.Contains("75%", page.FindAll(".table tbody tr")[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Warm_ChosenClusters_PlansAndStartsWithThose()
    {
        var plan = new WarmPlan(40, 10, 1.2, 45_000, 10_000, []);
        Server.On("POST", Routes.WarmPlan, ClustersJson.Default.WarmPlan, _ => plan);
        Server.On("POST", Routes.WarmRuns, ClustersJson.Default.WarmRun, _ => Run(WarmRunState.Running, warmed: 3));
        IRenderedComponent<ClustersPage> page = Open("/clusters");
        page.WaitForElement(".table tbody tr");

        page.FindAll(".table input[type=checkbox]")[1].Change(true);
        page.Find("#warm-users").Change("20");
        page.FindAll("button").Single(button => button.TextContent == "Estimate").Click();
        page.WaitForAssertion(() =>
            Assert.Contains(
                "40 shoppers, 10 of whom already have a fresh list: about 2 s",
                page.Find(".plan").TextContent,
                StringComparison.Ordinal
            )
        );
        Assert.Contains("will be evicted", page.Find(".plan").TextContent, StringComparison.Ordinal);
        _runs = [Run(WarmRunState.Running, warmed: 3)];
        page.Find("form").Submit();

        page.WaitForAssertion(() =>
            Assert.Contains("running", page.Find("#runs-title").ParentElement!.ParentElement!.TextContent, StringComparison.Ordinal)
        );
        WarmRequest sent = Server.CallsTo("POST", Routes.WarmRuns).Single().Read(ClustersJson.Default.WarmRequest);
        Assert.Equal([1], sent.ClusterIds!);
        Assert.Equal((20, "home"), (sent.UsersPerCluster, sent.Placement));
    }

    [Fact]
    public void Cancel_RunningRun_AsksTheServer()
    {
        _runs = [Run(WarmRunState.Running, warmed: 3)];
        Server.On(
            "DELETE",
            Routes.WarmRunOf("r1"),
            ClustersJson.Default.WarmRun,
            _ => (_runs = [Run(WarmRunState.Cancelled, warmed: 3)])[0]
        );
        IRenderedComponent<ClustersPage> page = Open("/clusters");

        page.WaitForElement(".button.quiet").Click();

        page.WaitForAssertion(() => Assert.Contains("cancelled", page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("td .button"));
    }

    [Fact]
    public void Warm_Refused_SaysSoAtTheField()
    {
        Server.OnProblem(
            "POST",
            Routes.WarmRuns,
            HttpStatusCode.BadRequest,
            """{"title":"Invalid","errors":{"usersPerCluster":["usersPerCluster is 0; it must be 1 to 1,000,000."]}}"""
        );
        IRenderedComponent<ClustersPage> page = Open("/clusters");
        page.WaitForElement(".table tbody tr");

        page.Find("#warm-users").Change("0");
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Contains("must be 1 to", page.Find("#warm-users-error").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Spots_OneClusterOrAllAtOnePlace_InTheMiddleOfThePicture()
    {
        ClusterSpot spot = Assert.Single(ClusterSpot.From([Clusters[0]]));

        Assert.Equal((ClusterSpot.Width / 2, ClusterSpot.Height / 2), (spot.X, spot.Y));
        Assert.Empty(ClusterSpot.From([]));
        Assert.All(ClusterSpot.From(Clusters), each => Assert.InRange(each.X - each.Radius, 0, ClusterSpot.Width));
    }

    private static WarmRun Run(string state, int warmed) =>
        new("r1", "console", state, Sample.Noon, Sample.Noon, null, "home", [1], 20, 20, warmed, 0, 0, 12.5, 2, 4500, 1, 2, null);

    private IRenderedComponent<ClustersPage> Open(string address)
    {
        Server.On(
            "GET",
            Routes.Clusters,
            ClustersJson.Default.ClusterList,
            _ => new ClusterList(Sample.Noon.AddHours(-1), 525, 40, Clusters)
        );
        Server.On("GET", Routes.WarmRuns, ClustersJson.Default.WarmRunList, _ => new WarmRunList(_runs));
        return RenderAt<ClustersPage>(address);
    }
}
