using System.Net;
using System.Text;
using RecOps.Server.Security;
using RecOps.Shared;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

/// <summary>What HTTP says of calls that are none, with a key and without.</summary>
public sealed class CallMannersTests(ServerFixture server)
{
    [Theory]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound, "")]
    [InlineData("POST", "/v1/recommendations/u1/more", HttpStatusCode.NotFound, "")]
    [InlineData("DELETE", "/v1/events", HttpStatusCode.MethodNotAllowed, "POST")]
    [InlineData("GET", "/v1/recommendations", HttpStatusCode.MethodNotAllowed, "POST")]
    [InlineData("POST", "/health/live", HttpStatusCode.MethodNotAllowed, "GET")]
    [InlineData("HEAD", "/health/live", HttpStatusCode.OK, "")]
    [InlineData("HEAD", "/health/ready", HttpStatusCode.OK, "")]
    [InlineData("HEAD", "/v1/recommendations/u1", HttpStatusCode.OK, "")]
    [InlineData("OPTIONS", "/v1/events", HttpStatusCode.NoContent, "POST, OPTIONS")]
    [InlineData("OPTIONS", "/health/live", HttpStatusCode.NoContent, "GET, OPTIONS")]
    public async Task Send_WithAKey_IsWhatHttpSays(string method, string path, HttpStatusCode status, string allow)
    {
        using HttpClient program = Program();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using HttpResponseMessage answer = await program.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((status, allow), (answer.StatusCode, string.Join(", ", answer.Content.Headers.Allow)));
    }

    [Theory]
    [InlineData("/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("/api/nothing", HttpStatusCode.Unauthorized)]
    public async Task Send_WithoutAKey_UnknownCallsOfTheStorefrontAreNotFound(string path, HttpStatusCode status)
    {
        using HttpClient stranger = server.Application.CreateStranger();

        Assert.Equal(status, (await stranger.GetAsync(path, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData(Routes.Recommendations)]
    [InlineData(Routes.Session)]
    public async Task Post_AnotherContentType_IsUnsupported(string path)
    {
        using HttpClient program = Program();
        using var content = new StringContent("{}", Encoding.UTF8, "text/plain");

        await (await program.PostAsync(path, content, TestContext.Current.CancellationToken)).ExpectProblemAsync(HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("""{"userId":"u1","count":5,"count":6}""", "count")]
    [InlineData("""{"userId":"u\u0001"}""", "userId")]
    [InlineData("""{"userId":"u1","itemId":"i\n1"}""", "itemId")]
    [InlineData("""{"userId":"u1","excludeItemIds":["i1","i\t2"]}""", "excludeItemIds[1]")]
    public async Task Post_WhatCouldBeMeantInTwoWays_IsRefusedByField(string json, string field)
    {
        using HttpClient program = Program();

        await (await program.SendJsonAsync(HttpMethod.Post, Routes.Recommendations, json)).ExpectFieldsAsync(field);
    }

    [Theory]
    [InlineData("https://shop.example", true)]
    [InlineData("https://other.example", false)]
    public async Task Options_OfABrowser_AreAnsweredForTheShopsOriginOnly(string origin, bool isAllowed)
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["Hosting:AllowedOrigins:0"] = "https://shop.example" });
        using HttpClient page = application.CreateStranger();
        page.DefaultRequestHeaders.Add("Origin", origin);
        using var preflight = new HttpRequestMessage(HttpMethod.Options, Routes.Recommendations)
        {
            Headers = { { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "content-type,x-api-key" } },
        };

        using HttpResponseMessage asked = await page.SendAsync(preflight, TestContext.Current.CancellationToken);
        page.DefaultRequestHeaders.Add(StorefrontGate.Header, RecOpsApplication.ApiKey);
        using HttpResponseMessage list = await page.SendJsonAsync(HttpMethod.Post, Routes.Recommendations, """{"userId":"u1"}""");
        using HttpResponseMessage console = await page.GetAsync(Routes.Session, TestContext.Current.CancellationToken);

        Assert.Equal(isAllowed ? origin : null, AllowedBy(asked));
        Assert.Equal(isAllowed ? origin : null, AllowedBy(list));
        Assert.Null(AllowedBy(console));
    }

    private static string? AllowedBy(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Access-Control-Allow-Origin", out IEnumerable<string>? allowed) ? allowed.Single() : null;

    [Fact]
    public async Task Batch_MoreRequestsThanTheKeyMayAskInASecond_IsRefused()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["RateLimits:Enabled"] = "true", ["RateLimits:RequestsPerSecond"] = "10" });
        using HttpClient program = application.CreateStranger();
        program.DefaultRequestHeaders.Add(StorefrontGate.Header, RecOpsApplication.ApiKey);
        string four = $$"""{"requests":[{{string.Join(',', Enumerable.Repeat("""{"userId":"u1"}""", 4))}}]}""";

        var statuses = new List<HttpStatusCode>();
        for (int i = 0; i < 4; i++) statuses.Add((await program.SendJsonAsync(HttpMethod.Post, Routes.RecommendationsBatch, four)).StatusCode);

        Assert.Equal(HttpStatusCode.OK, statuses[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    private HttpClient Program()
    {
        HttpClient program = server.Application.CreateStranger();
        program.DefaultRequestHeaders.Add(StorefrontGate.Header, RecOpsApplication.ApiKey);
        return program;
    }
}
