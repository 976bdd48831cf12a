using Bunit;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Client.Security;
using RecOps.Client.Shell;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Client.Shell;

public sealed class PageLinksTests : ConsoleTest
{
    private const string Everyone = "Overview Latency Compute Alerts Capacity Try it Rules Cache Clusters Models";

    [Theory]
    [InlineData(Role.Viewer, Everyone)]
    [InlineData(Role.Operator, Everyone + " Audit log")]
    [InlineData(Role.Merchandiser, Everyone + " Audit log")]
    [InlineData(Role.Admin, Everyone + " Audit log People API keys")]
    public void Links_ForARole_AreThePagesThatItMayOpen(string role, string expected)
    {
        IRenderedComponent<PageLinks> links = Render<PageLinks>();
        Assert.Equal(Everyone, Names(links));

        links.InvokeAsync(() => Services.GetRequiredService<SessionState>().Use(new("anna", [role], false, true)));

        links.WaitForAssertion(() => Assert.Equal(expected, Names(links)));
    }

    private static string Names(IRenderedComponent<PageLinks> links) =>
        string.Join(' ', links.FindAll("a").Select(link => link.TextContent.Trim()));
}
