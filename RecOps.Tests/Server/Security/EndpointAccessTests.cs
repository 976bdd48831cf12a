using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing.Patterns;
using RecOps.Server.Security.Keys;
using RecOps.Shared;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Server.Security;

/// <summary>
/// Calls every endpoint as every kind of caller. An endpoint that is not in the table fails, so its author must decide who may call it.
/// </summary>
public sealed class EndpointAccessTests
{
    private const string Anyone = "anyone";
    private static readonly string[] Viewers = [Role.Viewer, Role.Operator, Role.Merchandiser, Role.Admin];
    private static readonly string[] Operators = [Role.Operator, Role.Admin];
    private static readonly string[] Merchandisers = [Role.Merchandiser, Role.Admin];
    private static readonly string[] Either = [Role.Operator, Role.Merchandiser, Role.Admin];
    private static readonly string[] Admins = [Role.Admin];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["GET /v1/recommendations/{userId}"] = [.. Viewers, Scope.Recommend],
        ["POST /v1/recommendations"] = [.. Viewers, Scope.Recommend],
        ["POST /v1/recommendations/batch"] = [.. Viewers, Scope.Recommend],
        ["GET /v1/items/{itemId}/similar"] = [.. Viewers, Scope.Recommend],
        ["POST /v1/items/{itemId}/similar"] = [.. Viewers, Scope.Recommend],
        ["POST /v1/events"] = [.. Either, Scope.Events],
        ["PATCH /v1/catalog/items"] = [.. Either, Scope.Catalog],
        ["GET /metrics"] = [.. Viewers, Scope.Metrics],
        ["GET /health/live"] = [Anyone],
        ["GET /health/ready"] = [Anyone],
        ["GET /openapi/{documentName}.json"] = [Anyone],
        ["GET /signin"] = [Anyone],
        ["POST /signin"] = [Anyone],
        ["POST /api/session"] = [Anyone],
        ["GET /api/session"] = Viewers,
        ["DELETE /api/session"] = Viewers,
        ["PUT /api/session/password"] = Viewers,
        ["GET /api/people"] = Admins,
        ["POST /api/people"] = Admins,
        ["PATCH /api/people/{user}"] = Admins,
        ["DELETE /api/people/{user}"] = Admins,
        ["POST /api/people/{user}/password"] = Admins,
        ["GET /api/keys"] = Admins,
        ["POST /api/keys"] = Admins,
        ["DELETE /api/keys/{keyId}"] = Admins,
        ["GET /api/audit"] = Either,
        ["GET /api/audit/export"] = Either,
        ["GET /api/telemetry/stream"] = Viewers,
        ["GET /api/telemetry/snapshot"] = Viewers,
        ["GET /api/telemetry/history"] = Viewers,
        ["GET /api/telemetry/annotations"] = Viewers,
        ["GET /api/telemetry/latency-map"] = Viewers,
        ["GET /api/capacity"] = Viewers,
        ["GET /api/telemetry/slow"] = Viewers,
        ["GET /api/alerts"] = Viewers,
        ["POST /api/alerts/{rule}/acknowledge"] = Operators,
        ["PUT /api/alerts/{rule}/silence"] = Operators,
        ["GET /api/runbooks/{name}"] = Viewers,
        ["GET /api/models"] = Viewers,
        ["POST /api/models/{name}/activate"] = Operators,
        ["POST /api/models/rollback"] = Operators,
        ["PUT /api/models/shadow"] = Operators,
        ["DELETE /api/models/shadow"] = Operators,
        ["PUT /api/models/canary"] = Operators,
        ["DELETE /api/models/canary"] = Operators,
        ["POST /api/models/canary/promote"] = Operators,
        ["GET /api/placements"] = Viewers,
        ["GET /api/users"] = Viewers,
        ["GET /api/users/{userId}"] = Viewers,
        ["POST /api/items/lookup"] = Viewers,
        ["GET /api/items/search"] = Viewers,
        ["GET /api/items/values"] = Viewers,
        ["GET /api/attribution"] = Viewers,
        ["GET /api/cache"] = Viewers,
        ["GET /api/cache/users/{userId}"] = Viewers,
        ["DELETE /api/cache/users/{userId}"] = Operators,
        ["GET /api/clusters"] = Viewers,
        ["GET /api/clusters/{clusterId:int}"] = Viewers,
        ["POST /api/warm-runs/plan"] = Viewers,
        ["GET /api/warm-runs"] = Viewers,
        ["GET /api/warm-runs/{runId}"] = Viewers,
        ["POST /api/warm-runs"] = Operators,
        ["DELETE /api/warm-runs/{runId}"] = Operators,
        ["GET /api/demo/traffic"] = Viewers,
        ["PUT /api/demo/traffic"] = Operators,
        ["GET /api/rules/draft"] = Viewers,
        ["PUT /api/rules/draft"] = Merchandisers,
        ["POST /api/rules/validate"] = Viewers,
        ["POST /api/rules/preview"] = Viewers,
        ["POST /api/rules/impact"] = Viewers,
        ["POST /api/rules/matches"] = Viewers,
        ["POST /api/rules/windows"] = Viewers,
        ["POST /api/rules/import"] = Viewers,
        ["GET /api/rules/export"] = Viewers,
        ["GET /api/rules/versions"] = Viewers,
        ["GET /api/rules/versions/{version:int}"] = Viewers,
        ["GET /api/rules/state"] = Viewers,
        ["GET /api/rules/publications/{publicationId}"] = Viewers,
        ["POST /api/rules/publish"] = Merchandisers,
        ["POST /api/rules/versions/{version:int}/restore"] = Merchandisers,
        ["POST /api/rules/publications/{publicationId}/approve"] = Merchandisers,
        ["DELETE /api/rules/publications/{publicationId}"] = Merchandisers,
        ["PUT /api/rules/kill-switch"] = Either,
    };

    [Fact]
    public async Task Calls_EveryEndpointAsEveryone_AllowedToWhomTheTableSays()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["RateLimits:Enabled"] = "false" });
        (string Call, string Method, RoutePattern Pattern)[] endpoints = [.. EndpointTable.Of(application)];
        Assert.Equal(
            Allowed.Keys.Order(StringComparer.Ordinal),
            endpoints.Select(endpoint => endpoint.Call).Distinct().Order(StringComparer.Ordinal)
        );
        var wrong = new List<string>();
        foreach ((string who, HttpClient client) in await EveryoneAsync(application))
        {
            foreach ((string call, string method, RoutePattern pattern) in endpoints)
            {
                // Signing out would end this person's walk.
                if (call == "DELETE /api/session" && Role.All.Contains(who))
                    continue;
                using var request = new HttpRequestMessage(new HttpMethod(method), EndpointTable.PathOf(pattern));
                if (method is "POST" or "PUT" or "PATCH")
                    request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
                if (call == "POST /signin")
                    request.Content = new FormUrlEncodedContent([]);
                using HttpResponseMessage answer = await client.SendAsync(
                    request,
                    HttpCompletionOption.ResponseHeadersRead,
                    TestContext.Current.CancellationToken
                );
                bool may = Allowed[call].Contains(who) || Allowed[call].Contains(Anyone);
                bool refused = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

                // 401 is also the answer to a wrong password.
                if (call == "POST /api/session")
                    refused = answer.StatusCode != HttpStatusCode.BadRequest;
                if (may == refused)
                    wrong.Add($"{who}: {call} was {(int)answer.StatusCode}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Calls_ConsolesFiles_AnyoneButNoPage()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        using HttpClient stranger = application.CreateStranger();

        using HttpResponseMessage page = await stranger.GetAsync("/rules?state=on", TestContext.Current.CancellationToken);
        using HttpResponseMessage style = await stranger.GetAsync("/css/theme.css", TestContext.Current.CancellationToken);
        using HttpResponseMessage nothing = await stranger.GetAsync("/api/nothing", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        Assert.Equal("/signin?returnUrl=%2Frules%3Fstate%3Don", page.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, style.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
    }

    private static async Task<List<(string Who, HttpClient Client)>> EveryoneAsync(RecOpsApplication application)
    {
        var everyone = new List<(string, HttpClient)> { ("nobody", application.CreateStranger()) };
        foreach (string role in Role.All)
            everyone.Add((role, await application.CreateClientAsync($"walker-{role}", role)));
        foreach (string scope in Scope.All)
        {
            using HttpResponseMessage made = await application
                .CreateClient()
                .SendJsonAsync(HttpMethod.Post, Routes.Keys, $$"""{"name":"{{scope}}","scopes":["{{scope}}"]}""");
            HttpClient client = application.CreateStranger();
            client.DefaultRequestHeaders.Add(StorefrontGate.Header, (await made.ReadAsync<ApiKeyCreated>(HttpStatusCode.Created)).Secret);
            everyone.Add((scope, client));
        }

        return everyone;
    }
}
