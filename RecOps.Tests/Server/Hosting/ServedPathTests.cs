using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using RecOps.Server.Hosting;
using RecOps.Server.Security.People;
using RecOps.Shared;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

/// <summary>A server that learns its base path from its settings and from a trusted proxy.</summary>
public sealed class ServedPathTests(ServedPathTests.Fixture served, ServerFixture server) : IClassFixture<ServedPathTests.Fixture>
{
    private const string Base = "/recops";
    private const string Prefix = "X-Forwarded-Prefix";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/signin", null, "/")]
    [InlineData("/recops/signin", null, "/recops/")]
    [InlineData("/signin", "/recops", "/recops/")]
    [InlineData("/signin", "/shop/admin", "/shop/admin/")]
    [InlineData("/signin", "/admin/", "/admin/")]
    [InlineData("/recops/signin", "/recops", "/recops/")]
    [InlineData("/recops/signin", "/shop/recops", "/shop/recops/")]
    [InlineData("/recops/signin", "/", "/recops/")]
    public async Task Page_SettingAndHeader_LiesUnderThePathThatPeopleSee(string path, string? prefix, string expected) =>
        Assert.Equal(expected, await BaseOfAsync(served.Application.CreateStranger(), path, prefix));

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("//evil.example/recops")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\"><script>alert(1)</script>")]
    [InlineData("/a'b")]
    [InlineData("/a<b")]
    [InlineData("/a b")]
    [InlineData("/a;b")]
    [InlineData("/a?b")]
    [InlineData("/a//b")]
    [InlineData("/..")]
    [InlineData("/a/../b")]
    [InlineData("/%2F%2Fevil.example")]
    [InlineData("/%2e%2e/a")]
    [InlineData("/%22onload=")]
    public async Task Page_HeaderThatIsNoPlainPath_Ignored(string prefix)
    {
        Assert.Equal("/", await BaseOfAsync(served.Application.CreateStranger(), "/signin", prefix));
        Assert.Equal("/recops/", await BaseOfAsync(served.Application.CreateStranger(), "/recops/signin", prefix));
    }

    [Fact]
    public async Task Page_HeaderToAServerThatBelievesNoProxy_Ignored() =>
        Assert.Equal("/", await BaseOfAsync(server.Application.CreateStranger(), "/signin", "/admin"));

    [Theory]
    [InlineData("", true)]
    [InlineData("/recops", true)]
    [InlineData("/shop/recops-2/v1.0_~", true)]
    [InlineData("recops", false)]
    [InlineData("/recops/", false)]
    [InlineData("/", false)]
    [InlineData("/recops?a=b", false)]
    [InlineData("/recops#a", false)]
    [InlineData("https://shop.example/recops", false)]
    [InlineData("//shop.example", false)]
    [InlineData("/läden", false)]
    [InlineData("/recops\n", false)]
    public void Setting_AnyText_OnlyPlainPathsAreTaken(string path, bool isGood)
    {
        var options = new HostingOptions { PathBase = path };

        string[] failures = [.. options.Validate(new(options)).Select(result => result.ErrorMessage!)];

        Assert.Equal(isGood ? 0 : 1, failures.Length);
        Assert.All(failures, failure => Assert.Contains("such as /recops", failure, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_BarePath_GetsItsSlash()
    {
        using HttpResponseMessage answer = await served.Application.CreateStranger().GetAsync($"{Base}?range=5", Cancellation);

        Assert.Equal((HttpStatusCode.Redirect, "/recops/?range=5"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    [Theory]
    [InlineData("/rules?state=on", "/recops/rules?state=on")]
    [InlineData("/../rules", "/recops/")]
    [InlineData("/a/../../rules", "/recops/")]
    [InlineData("/%2E%2e/rules", "/recops/")]
    [InlineData("/..\\rules", "/recops/")]
    [InlineData("//evil.example/", "/recops/")]
    public async Task SignIn_UnderThePath_StaysThereWithItsCookies(string wanted, string where)
    {
        using HttpClient stranger = served.Application.CreateStranger();
        using HttpResponseMessage asked = await stranger.GetAsync("/recops/rules?state=on", Cancellation);
        Assert.Equal("/recops/signin?returnUrl=%2Frules%3Fstate%3Don", asked.Headers.Location?.OriginalString);
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["user"] = Bootstrap.AdminName,
                ["password"] = RecOpsApplication.AdminPassword,
                ["returnUrl"] = wanted,
            }
        );

        using HttpResponseMessage answer = await stranger.PostAsync("/recops/signin", form, Cancellation);

        Assert.Equal((HttpStatusCode.Redirect, where), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        Assert.Equal(2, answer.Headers.GetValues("Set-Cookie").Count());
        Assert.All(answer.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("path=/recops;", cookie, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SignOut_UnderThePath_RemovesTheCookieOfThePath()
    {
        using HttpClient person = served.Application.CreateStranger();
        person.DefaultRequestHeaders.Add(
            "Cookie",
            await served.Application.SignInAsync(Bootstrap.AdminName, RecOpsApplication.AdminPassword)
        );

        using HttpResponseMessage answer = await person.DeleteAsync(Base + Routes.Session, Cancellation);

        Assert.Contains("path=/recops;", answer.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Created_UnderThePath_LocationCanBeAsked()
    {
        HttpClient admin = served.Application.CreateClient();

        using HttpResponseMessage key = await admin.SendJsonAsync(
            HttpMethod.Post,
            Base + Routes.Keys,
            """{"name":"Checkout","scopes":["events"]}"""
        );
        using HttpResponseMessage person = await admin.SendJsonAsync(
            HttpMethod.Post,
            Base + Routes.People,
            """{"user":"anna","roles":["viewer"]}"""
        );
        using HttpResponseMessage run = await admin.SendJsonAsync(
            HttpMethod.Post,
            Base + Routes.WarmRuns,
            """{"usersPerCluster":1,"placement":"home"}"""
        );
        ApiKeyCreated made = await key.ReadAsync<ApiKeyCreated>(HttpStatusCode.Created);

        Assert.Equal(Base + Routes.KeyOf(made.Key.Id), key.Headers.Location?.OriginalString);
        Assert.Equal(Base + Routes.PersonOf("anna"), person.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await admin.DeleteAsync(key.Headers.Location, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync(person.Headers.Location, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync(run.Headers.Location, Cancellation)).StatusCode);
        Assert.StartsWith(Base + Routes.WarmRuns, run.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scheduled_UnderThePath_LocationCanBeAsked()
    {
        HttpClient admin = served.Application.CreateClient();
        int revision = (await admin.GetAsync<JsonElement>(Base + Routes.RuleDraft)).GetProperty("revision").GetInt32();
        string at = RecOpsApplication.Start.AddDays(1).ToString("O", System.Globalization.CultureInfo.InvariantCulture);

        using HttpResponseMessage published = await admin.SendJsonAsync(
            HttpMethod.Post,
            Base + Routes.RulePublish,
            $$"""{"note":"Tomorrow","revision":{{revision}},"at":"{{at}}"}"""
        );

        await published.ReadAsync<JsonElement>(HttpStatusCode.Accepted);
        Assert.StartsWith(Base + Routes.RulePublications, published.Headers.Location?.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync(published.Headers.Location, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task StartPage_UnderThePath_IsItsOwnAndNotTheOneOfTheRoot()
    {
        HttpClient admin = served.Application.CreateClient();
        admin.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity");
        using HttpResponseMessage root = await admin.GetAsync("/alerts", Cancellation);
        using HttpResponseMessage here = await admin.GetAsync("/recops/alerts", Cancellation);
        Assert.Contains("<base href=\"/\">", await root.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Contains("<base href=\"/recops/\">", await here.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.True(here.Headers.CacheControl?.NoCache);
        Assert.NotEqual(root.Headers.ETag, here.Headers.ETag);

        Assert.Equal(HttpStatusCode.NotModified, await AskAgainAsync("/recops/rules", here.Headers.ETag!));
        Assert.Equal(HttpStatusCode.OK, await AskAgainAsync("/recops/rules", root.Headers.ETag!));
        foreach (string copy in (string[])["index.html", "index.html.gz"])
            Assert.Contains(
                "<base href=\"/recops/\">",
                await admin.GetStringAsync($"/recops/{copy}", Cancellation),
                StringComparison.Ordinal
            );

        async Task<HttpStatusCode> AskAgainAsync(string path, EntityTagHeaderValue known)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.IfNoneMatch.Add(known);
            return (await admin.SendAsync(request, Cancellation)).StatusCode;
        }
    }

    [Fact]
    public async Task OpenApi_UnderThePath_NamesItAndNothingElseOfWhoAsked()
    {
        var here = await served.Application.CreateStranger().GetFromJsonAsync<JsonElement>(Base + Routes.OpenApi, Cancellation);
        var root = await served.Application.CreateStranger().GetFromJsonAsync<JsonElement>(Routes.OpenApi, Cancellation);

        Assert.Equal(Base, Assert.Single(here.GetProperty("servers").EnumerateArray()).GetProperty("url").GetString());
        Assert.False(root.TryGetProperty("servers", out _));
    }

    [Fact]
    public async Task Call_NoSuchPathUnderThePath_NamedAsItWasAsked()
    {
        HttpResponseMessage answer = await served.Application.CreateClient().GetAsync("/recops/v1/nothing", Cancellation);

        Assert.Equal(
            "There is nothing at /recops/v1/nothing.",
            (await answer.ExpectProblemAsync(HttpStatusCode.NotFound)).GetProperty("detail").GetString()
        );
    }

    [Theory]
    [InlineData(Routes.Metrics, null, true)]
    [InlineData(Base + Routes.Metrics, null, false)]
    [InlineData(Routes.Metrics, "/admin", false)]
    public async Task Metrics_NoKeyFromLoopback_OnlyWhereNoProxyCanHaveBeen(string path, string? prefix, bool isAnswered)
    {
        HttpContext answer = await served.Application.SendAsync(context =>
        {
            (context.Request.Method, context.Request.Path, context.Request.Host, context.Connection.RemoteIpAddress) = (
                HttpMethods.Get,
                path,
                new HostString("localhost"),
                IPAddress.Loopback
            );
            if (prefix is not null)
                context.Request.Headers[Prefix] = prefix;
        });

        Assert.Equal(isAnswered ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized, answer.Response.StatusCode);
    }

    private static async Task<string> BaseOfAsync(HttpClient client, string path, string? prefix)
    {
        using (client)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (prefix is not null)
                Assert.True(request.Headers.TryAddWithoutValidation(Prefix, prefix));
            using HttpResponseMessage answer = await client.SendAsync(request, Cancellation);
            string page = await answer.Content.ReadAsStringAsync(Cancellation);
            Assert.True(answer.IsSuccessStatusCode, page);
            return Regex.Match(page, "<base href=\"([^\"]*)\">").Groups[1].Value;
        }
    }

    /// <summary>One server for all of them.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal RecOpsApplication Application { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Application = await RecOpsApplication.StartAsync(new() { ["Hosting:PathBase"] = Base, ["ForwardedHeaders_Enabled"] = "true" });

        public async ValueTask DisposeAsync()
        {
            if (Application is not null)
                await Application.DisposeAsync();
        }
    }
}
