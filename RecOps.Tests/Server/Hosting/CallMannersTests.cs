using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using RecOps.Server.Security.Keys;
using RecOps.Shared;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

/// <summary>HTTP answers to calls without an endpoint, with a key and without.</summary>
public sealed class CallMannersTests(ServerFixture server)
{
    [Theory]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound, "")]
    [InlineData("POST", "/v1/recommendations/u1/more", HttpStatusCode.NotFound, "")]
    [InlineData("GET", "/v2/recommendations/u1", HttpStatusCode.NotFound, "")]
    [InlineData("GET", "//v1/recommendations/u1", HttpStatusCode.NotFound, "")]
    [InlineData("POST", "//v1/events", HttpStatusCode.NotFound, "")]
    [InlineData("POST", "/nothing", HttpStatusCode.NotFound, "")]
    [InlineData("OPTIONS", "/nothing", HttpStatusCode.NotFound, "")]
    [InlineData("GET", "/api/nothing", HttpStatusCode.NotFound, "")]
    [InlineData("DELETE", "/v1/events", HttpStatusCode.MethodNotAllowed, "POST")]
    [InlineData("GET", "/v1/recommendations", HttpStatusCode.MethodNotAllowed, "POST")]
    [InlineData("POST", "/health/live", HttpStatusCode.MethodNotAllowed, "GET, HEAD")]
    [InlineData("DELETE", "/metrics", HttpStatusCode.MethodNotAllowed, "GET, HEAD")]
    [InlineData("HEAD", "/health/live", HttpStatusCode.OK, "")]
    [InlineData("HEAD", "/health/ready", HttpStatusCode.OK, "")]
    [InlineData("HEAD", "/v1/recommendations/u1", HttpStatusCode.OK, "")]
    [InlineData("OPTIONS", "/v1/events", HttpStatusCode.NoContent, "POST, OPTIONS")]
    [InlineData("OPTIONS", "/health/live", HttpStatusCode.NoContent, "GET, HEAD, OPTIONS")]
    public async Task Send_WithAKey_IsWhatHttpSays(string method, string path, HttpStatusCode status, string allow)
    {
        using HttpClient program = Program();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using HttpResponseMessage answer = await program.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((status, allow), (answer.StatusCode, string.Join(", ", answer.Content.Headers.Allow)));
    }

    [Theory]
    [InlineData("/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("/api/nothing", HttpStatusCode.NotFound)]
    [InlineData("/api/session", HttpStatusCode.Unauthorized)]
    public async Task Send_WithoutAKey_UnknownCallsAreNotFound(string path, HttpStatusCode status)
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

        await (await program.PostAsync(path, content, TestContext.Current.CancellationToken)).ExpectProblemAsync(
            HttpStatusCode.UnsupportedMediaType
        );
    }

    [Theory]
    [InlineData("application/json; charset=\"utf-8\"", HttpStatusCode.OK)]
    [InlineData("application/json; charset=\"UTF-8\"", HttpStatusCode.OK)]
    [InlineData("application/json; charset=utf8", HttpStatusCode.OK)]
    [InlineData("application/json; charset=iso-8859-1", HttpStatusCode.OK)]
    [InlineData("application/json; charset=utf-7", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=\"klingon\"", HttpStatusCode.UnsupportedMediaType)]
    public async Task Post_ACharacterSet_IsReadOrRefused(string type, HttpStatusCode status)
    {
        using HttpClient program = Program();
        using var content = new ByteArrayContent("""{"userId":"u1"}"""u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        Assert.Equal(status, (await program.PostAsync(Routes.Recommendations, content, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("/v1/recommendations/%ff", false)]
    [InlineData("/v1/recommendations/%c3%28", false)]
    [InlineData("/v1/recommendations/u1?segment=%ff", false)]
    [InlineData("/v1/recommendations/%ed%a0%80", false)]
    [InlineData("/v1/recommendations/%25ff", true)]
    [InlineData("/v1/recommendations/%c3%a9?segment=100%", true)]
    [InlineData("/v1/recommendations/%F0%9F%98%80", true)]
    [InlineData("/v1/recommendations/a%2Fb", true)]
    [InlineData("/v1/recommendations/a%2Fb/u1/..", false)]
    [InlineData("/v1/recommendations/a%2fb/%2e", false)]
    [InlineData("/v1/recommendations/a..b?segment=x%2F..%2Fy", true)]
    public async Task Get_AddressThatIsNoTextOrAmbiguous_IsRefused(string target, bool isText)
    {
        HttpContext answer = await server.Application.SendAsync(context =>
        {
            string[] parts = target.Split('?');
            context.Request.Method = HttpMethods.Get;
            context.Request.Path = PathString.FromUriComponent(parts[0]);
            context.Request.QueryString = parts.Length > 1 ? new QueryString("?" + parts[1]) : QueryString.Empty;
            context.Request.Headers[StorefrontGate.Header] = RecOpsApplication.ApiKey;
            context.Features.Get<IHttpRequestFeature>()!.RawTarget = target;
        });

        Assert.Equal(isText ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest, answer.Response.StatusCode);
    }

    /// <summary>The framework decodes the slash of an absolute address, so that the shopper would be another one.</summary>
    [Theory]
    [InlineData("http://shop.example/v1/recommendations/u1%2F", StatusCodes.Status400BadRequest)]
    [InlineData("http://shop.example/v1/recommendations/u1", StatusCodes.Status200OK)]
    [InlineData("http://shop.example/v1/recommendations/u1?segment=a%2Fb", StatusCodes.Status200OK)]
    public async Task Get_AbsoluteAddress_AnswersForTheShopperOrRefuses(string target, int expected)
    {
        HttpContext answer = await server.Application.SendAsync(context =>
        {
            context.Request.Method = HttpMethods.Get;
            context.Request.Path = "/v1/recommendations/u1";
            context.Request.Headers[StorefrontGate.Header] = RecOpsApplication.ApiKey;
            context.Features.Get<IHttpRequestFeature>()!.RawTarget = target;
        });

        Assert.Equal(expected, answer.Response.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/v1/recommendations?cuont=3", "{\"userId\":\"u1\"}")]
    [InlineData("POST", "/v1/recommendations/batch?cuont=3", "{\"requests\":[{\"userId\":\"u1\"}]}")]
    [InlineData("POST", "/v1/items/i1/similar?cuont=3", "{\"itemId\":\"i1\"}")]
    [InlineData("POST", "/v1/events?cuont=3", "{\"events\":[{\"userId\":\"u1\",\"itemId\":\"i1\",\"type\":\"view\"}]}")]
    [InlineData("PATCH", "/v1/catalog/items?cuont=3", "{\"items\":[{\"itemId\":\"i1\",\"inStock\":true}]}")]
    public async Task Send_QueryThatIsNotRead_IsRefused(string method, string path, string json)
    {
        using HttpClient program = Program();

        await (await program.SendJsonAsync(new HttpMethod(method), path, json)).ExpectFieldsAsync("cuont");
    }

    [Theory]
    [InlineData("/v1/events", "{\"evnts\":[]}", "Did you mean 'events'?")]
    [InlineData("/v1/recommendations", "{\"userId\":\"u\",\"count\":3,\"count\":2}", "The field 'count' appears twice in one object")]
    public async Task Post_WrongNames_AreNamedAsTheCallerWroteThem(string path, string json, string expected)
    {
        using HttpClient program = Program();

        string answer = await (await program.SendJsonAsync(HttpMethod.Post, path, json)).Content.ReadAsStringAsync(
            TestContext.Current.CancellationToken
        );

        Assert.Contains(expected, Regex.Unescape(answer), StringComparison.Ordinal);
        Assert.DoesNotContain("RecOps", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/users/a%0Ab")]
    [InlineData("/api/cache/users/a%0Ab")]
    public async Task Get_ControlCharacterInAnId_IsRefused(string path)
    {
        using HttpResponseMessage answer = await server.Client.GetAsync(path, TestContext.Current.CancellationToken);

        await answer.ExpectFieldsAsync("userId");
    }

    [Fact]
    public async Task Post_CompressedBody_IsUnsupported()
    {
        using HttpClient program = Program();
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        content.Headers.ContentEncoding.Add("gzip");

        await (await program.PostAsync(Routes.Events, content, TestContext.Current.CancellationToken)).ExpectProblemAsync(
            HttpStatusCode.UnsupportedMediaType
        );
    }

    [Theory]
    [InlineData("""{"userId":"u1","count":5,"count":6}""", "count")]
    [InlineData("""{"userId":"u1","attributes":{"a":"1","a":"2"}}""", "attributes.a")]
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
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new() { ["Hosting:AllowedOrigins:0"] = "https://shop.example" }
        );
        using HttpClient page = application.CreateStranger();
        page.DefaultRequestHeaders.Add("Origin", origin);
        using var preflight = new HttpRequestMessage(HttpMethod.Options, Routes.Recommendations)
        {
            Headers = { { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "content-type,x-api-key" } },
        };

        using HttpResponseMessage asked = await page.SendAsync(preflight, TestContext.Current.CancellationToken);
        page.DefaultRequestHeaders.Add(StorefrontGate.Header, RecOpsApplication.ApiKey);
        using HttpResponseMessage list = await page.SendJsonAsync(HttpMethod.Post, Routes.Recommendations, """{"userId":"u1"}""");
        using HttpResponseMessage refused = await page.GetAsync(
            "/v1/recommendations/u1?segment=%ff",
            TestContext.Current.CancellationToken
        );
        using HttpResponseMessage console = await page.GetAsync(Routes.Session, TestContext.Current.CancellationToken);

        Assert.Equal(isAllowed ? origin : null, AllowedBy(asked));
        Assert.Equal(isAllowed ? origin : null, AllowedBy(list));
        Assert.Equal(isAllowed ? origin : null, AllowedBy(refused));
        Assert.Null(AllowedBy(console));
    }

    private static string? AllowedBy(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Access-Control-Allow-Origin", out IEnumerable<string>? allowed) ? allowed.Single() : null;

    [Fact]
    public async Task Batch_MoreRequestsThanTheKeyMayAskInASecond_IsRefused()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new() { ["RateLimits:Enabled"] = "true", ["RateLimits:RequestsPerSecond"] = "10" }
        );
        using HttpClient program = application.CreateStranger();
        program.DefaultRequestHeaders.Add(StorefrontGate.Header, RecOpsApplication.ApiKey);
        string four = $$"""{"requests":[{{string.Join(',', Enumerable.Repeat("""{"userId":"u1"}""", 4))}}]}""";

        var statuses = new List<HttpStatusCode>();
        for (int i = 0; i < 4; i++)
            statuses.Add((await program.SendJsonAsync(HttpMethod.Post, Routes.RecommendationsBatch, four)).StatusCode);

        Assert.Equal(HttpStatusCode.OK, statuses[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Fact]
    public async Task Batch_LargerThanTheKeyMayAskInASecond_IsTakenAndOwed()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new() { ["RateLimits:Enabled"] = "true", ["RateLimits:RequestsPerSecond"] = "3" }
        );
        using HttpClient program = application.CreateStranger();
        program.DefaultRequestHeaders.Add(StorefrontGate.Header, RecOpsApplication.ApiKey);

        // With other calls on the same key, the bucket is never full.
        using HttpResponseMessage other = await program.GetAsync("/v1/recommendations/u1", TestContext.Current.CancellationToken);
        using HttpResponseMessage large = await program.SendJsonAsync(HttpMethod.Post, Routes.RecommendationsBatch, BatchOf(60));
        using HttpResponseMessage next = await program.SendJsonAsync(HttpMethod.Post, Routes.RecommendationsBatch, BatchOf(60));

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests),
            (other.StatusCode, large.StatusCode, next.StatusCode)
        );

        // A call that nobody may make is refused as such, not told to wait.
        HttpResponseMessage? tooLarge = null;
        await Waiting.UntilAsync(async () =>
            (tooLarge = await program.SendJsonAsync(HttpMethod.Post, Routes.RecommendationsBatch, BatchOf(101))).StatusCode
            != HttpStatusCode.TooManyRequests
        );
        await tooLarge!.ExpectFieldsAsync("requests");
    }

    private static string BatchOf(int count) =>
        $$"""{"requests":[{{string.Join(',', Enumerable.Repeat("""{"userId":"u1"}""", count))}}]}""";

    private HttpClient Program()
    {
        HttpClient program = server.Application.CreateStranger();
        program.DefaultRequestHeaders.Add(StorefrontGate.Header, RecOpsApplication.ApiKey);
        return program;
    }
}
