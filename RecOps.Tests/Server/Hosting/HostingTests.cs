using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Shared;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

public sealed class HostingTests(ServerFixture server)
{
    [Fact]
    public async Task Ready_Loaded_NamesModelAndProvider()
    {
        var report = await server.Client.GetAsync<JsonElement>(Routes.Ready);

        Assert.Equal("ready", report.GetProperty("status").GetString());
        Assert.Equal(TestBundle.ModelVersion, report.GetProperty("model").GetProperty("version").GetString());
        Assert.Equal("auto", report.GetProperty("provider").GetProperty("configured").GetString());
        Assert.Equal("cpu", report.GetProperty("provider").GetProperty("actual").GetString());
        Assert.NotEmpty(report.GetProperty("provider").GetProperty("reason").GetString()!);
        Assert.All(report.GetProperty("checks").EnumerateArray(), check => Assert.Equal("ok", check.GetProperty("status").GetString()));
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/nothing/here", HttpStatusCode.NotFound)]
    [InlineData("GET", "/health/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/scalar", HttpStatusCode.NotFound)]
    [InlineData("GET", Routes.Events, HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", Routes.CatalogItems, HttpStatusCode.MethodNotAllowed)]
    public async Task Call_NoSuchPathOrMethod_ProblemDetails(string method, string path, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Accept.ParseAdd("text/html");

        await (await server.Client.SendAsync(request, TestContext.Current.CancellationToken)).ExpectProblemAsync(expected);
    }

    [Fact]
    public async Task Post_NotJson_UnsupportedMediaType()
    {
        HttpResponseMessage answer = await server.Client.PostAsync(
            Routes.Events,
            new StringContent("userId=1"),
            TestContext.Current.CancellationToken
        );

        await answer.ExpectProblemAsync(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Call_UnhandledException_TraceIdAndNothingElse()
    {
        await using var broken = await RecOpsApplication.StartAsync(swap: services =>
            services.AddSingleton<RecOps.Server.Recommendations.RecommendationService>(_ => throw new InvalidOperationException("secret"))
        );

        JsonElement problem = await (
            await broken.CreateClient().GetAsync(Routes.RecommendationsFor("u1"), TestContext.Current.CancellationToken)
        ).ExpectProblemAsync(HttpStatusCode.InternalServerError);

        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
        Assert.DoesNotContain("secret", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shutdown_Begun_NotReadyAnyMore()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var drain = application.Services.GetRequiredService<Drain>();
        Assert.False(drain.Started);

        application.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.True(drain.Started);
    }

    [Fact]
    public async Task OpenApi_CommittedDocument_IsTheServersOwn()
    {
        string served = await server.Client.GetStringAsync(Routes.OpenApi, TestContext.Current.CancellationToken);
        string committed = await File.ReadAllTextAsync(
            Path.Combine(RepositoryRoot(), "docs", "openapi", "v1.json"),
            TestContext.Current.CancellationToken
        );

        Assert.True(
            JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(served), JsonSerializer.Deserialize<JsonElement>(committed)),
            "docs/openapi/v1.json differs from what the server says; build RecOps.Server and commit the file."
        );
    }

    [Fact]
    public async Task OpenApi_Document_StorefrontCallsOnly()
    {
        var document = await server.Client.GetAsync<JsonElement>(Routes.OpenApi);

        Assert.Equal(
            [
                Routes.Live,
                Routes.Ready,
                Routes.CatalogItems,
                Routes.Events,
                Routes.SimilarItems,
                Routes.Recommendations,
                Routes.RecommendationsBatch,
                Routes.Recommendations + "/{userId}",
            ],
            document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Get_PageOfTheConsole_StartPage()
    {
        string files = TestBundle.NewDirectory();
        await File.WriteAllTextAsync(Path.Combine(files, "index.html"), "<title>Console</title>", TestContext.Current.CancellationToken);
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new Dictionary<string, string?> { ["webroot"] = files }
        );
        HttpClient client = application.CreateClient();

        foreach (string path in new[] { "/", "/live", "/explore/u1" })
        {
            HttpResponseMessage answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        }

        foreach (string path in new[] { "/v1/nothing", "/apI/nothing", "/health", "/no-such-file.js" })
        {
            await (await client.GetAsync(path, TestContext.Current.CancellationToken)).ExpectProblemAsync(HttpStatusCode.NotFound);
        }
    }

    internal static string RepositoryRoot([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", ".."));
}
