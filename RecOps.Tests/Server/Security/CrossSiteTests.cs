using System.Net;
using RecOps.Shared;
using Xunit;

namespace RecOps.Tests.Server.Security;

public sealed class CrossSiteTests(ServerFixture server)
{
    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Sec-Fetch-Site", "none", true)]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Origin", "http://localhost", true)]
    [InlineData("Origin", "https://elsewhere.example", false)]
    [InlineData("Origin", "http://localhost:81", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("X-Nothing", "at-all", true)]
    public async Task Change_SentByASite_OnlyTakenFromThisOne(string header, string value, bool taken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Routes.RuleValidation)
        {
            Content = new StringContent("""{"rules":[]}""", null, "application/json"),
        };
        request.Headers.TryAddWithoutValidation(header, value);

        using HttpResponseMessage answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(taken ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Look_SentByAnotherSite_Taken()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Routes.RuleDraft);
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "cross-site");

        using HttpResponseMessage answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Answers_OfConsoleAndOfStorefront_HaveTheHeadersThatSuitThem()
    {
        using HttpResponseMessage console = await server.Client.GetAsync(Routes.RuleDraft, TestContext.Current.CancellationToken);
        using HttpResponseMessage storefront = await server.Client.GetAsync(
            Routes.RecommendationsFor("u1"),
            TestContext.Current.CancellationToken
        );

        string policy = console.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src 'self' 'unsafe-inline'", policy, StringComparison.Ordinal);
        Assert.Equal("DENY", console.Headers.GetValues("X-Frame-Options").Single());
        Assert.Equal("no-store", console.Headers.CacheControl?.ToString());
        Assert.Equal("nosniff", storefront.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(storefront.Headers.Contains("Content-Security-Policy"));
        Assert.False(storefront.Headers.Contains("Server"));
    }
}
