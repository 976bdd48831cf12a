using System.Text;
using System.Text.Json.Nodes;
using Json.Schema;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Security.Keys;
using RecOps.Server.Security.People;
using RecOps.Shared;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

/// <summary>Checks the OpenAPI document against the server: real calls of every operation, over a socket.</summary>
public sealed class OpenApiAnswersTests
{
    private const string User = Routes.Recommendations + "/{userId}";
    private const string AllOfAList = """
        {"userId":"u1","count":5,"placement":"product","itemId":"i1","recentItemIds":["i2"],"country":"DE","segment":"new","attributes":{"tier":"gold"},"excludeItemIds":["i9"],"explain":true}
        """;

    private const string AllOfSimilar = """
        {"itemId":"i1","count":5,"placement":"product","userId":"u1","country":"DE","segment":"new","excludeItemIds":["i9"]}
        """;

    private const string AllOfAnEvent = """
        {"userId":"u1","itemId":"i1","type":"click","timestamp":"2026-05-04T09:59:00Z","requestId":"abc","eventId":"e-1"}
        """;

    private const string AllOfAnItem = """{"itemId":"i3","price":9.5,"inStock":true,"attributes":{"season":"winter","colour":null}}""";

    /// <summary>Calls to a ready server, by a caller with all permissions, and the expected status of each.</summary>
    private static readonly (string Method, string Template, string Path, string? Body, int Status)[] Calls =
    [
        ("get", User, "/v1/recommendations/u1", null, 200),
        ("get", User, "/v1/recommendations/nobody-knows?count=3", null, 200),
        ("get", User, "/v1/recommendations/u1?count=5&placement=product&itemId=i1&country=DE&segment=new&explain=true", null, 200),
        ("get", User, "/v1/recommendations/u1?count=0", null, 400),
        ("post", Routes.Recommendations, Routes.Recommendations, """{"userId":"u1"}""", 200),
        ("post", Routes.Recommendations, Routes.Recommendations, AllOfAList, 200),
        ("post", Routes.Recommendations, Routes.Recommendations, "{}", 400),
        ("post", Routes.Recommendations, Routes.Recommendations, "{", 400),
        ("post", Routes.RecommendationsBatch, Routes.RecommendationsBatch, """{"requests":[{"userId":"u1"}]}""", 200),
        (
            "post",
            Routes.RecommendationsBatch,
            Routes.RecommendationsBatch,
            $$"""{"requests":[{{AllOfAList}},{"userId":""}],"similar":[{{AllOfSimilar}},{"itemId":"no-such-item"},{}]}""",
            200
        ),
        ("post", Routes.RecommendationsBatch, Routes.RecommendationsBatch, """{"similar":[{"itemId":"i1"}]}""", 200),
        ("post", Routes.RecommendationsBatch, Routes.RecommendationsBatch, "{}", 400),
        ("get", Routes.SimilarItems, "/v1/items/i1/similar", null, 200),
        ("get", Routes.SimilarItems, "/v1/items/i1/similar?count=5&placement=product&userId=u1&country=DE&segment=new", null, 200),
        ("get", Routes.SimilarItems, "/v1/items/no-such-item/similar", null, 404),
        ("get", Routes.SimilarItems, "/v1/items/i1/similar?count=x", null, 400),
        ("post", Routes.SimilarItems, "/v1/items/i1/similar", "{}", 200),
        ("post", Routes.SimilarItems, "/v1/items/i1/similar", AllOfSimilar, 200),
        ("post", Routes.SimilarItems, "/v1/items/no-such-item/similar", "{}", 404),
        ("post", Routes.SimilarItems, "/v1/items/i1/similar", """{"count":0}""", 400),
        ("post", Routes.Events, Routes.Events, $$"""{"events":[{{AllOfAnEvent}}]}""", 202),
        ("post", Routes.Events, Routes.Events, $$"""{"events":[{{AllOfAnEvent}},{"userId":5},null]}""", 202),
        ("post", Routes.Events, Routes.Events, """{"events":[]}""", 400),
        ("patch", Routes.CatalogItems, Routes.CatalogItems, $$"""{"items":[{{AllOfAnItem}},{"itemId":"no-such-item","price":1}]}""", 200),
        ("patch", Routes.CatalogItems, Routes.CatalogItems, """{"items":[{"itemId":"i1"}]}""", 400),
        ("get", Routes.Live, Routes.Live, null, 200),
        ("get", Routes.Ready, Routes.Ready, null, 200),
    ];

    [Fact]
    public async Task Answers_OfEveryOperation_AreAsTheDocumentSays()
    {
        await using RecOpsApplication server = await RecOpsApplication.ListenAsync(
            RecOpsApplication.Start,
            new() { ["Hosting:MaxRequestBodyBytes"] = "65536" }
        );
        await server
            .Services.GetRequiredService<RecOps.Server.Storage.DatabaseState>()
            .Ready.WaitAsync(TestContext.Current.CancellationToken);
        using HttpClient client = Client(server, RecOpsApplication.ApiKey);
        Contract contract = await Contract.ReadAsync(client);

        foreach ((string method, string template, string path, string? body, int status) in Calls)
            await contract.CheckAsync(client, method, template, path, body, status);

        // Callers without permission, over their limit, or with unsupported bodies.
        using HttpClient stranger = Client(server, "rk_nobody-has-this-one");
        using HttpClient scrape = Client(server, await KeyAsync(server, """{"name":"Scrape","scopes":["metrics"]}"""));
        foreach ((string method, string template, string path, string? body, _) in Calls.DistinctBy(call => (call.Method, call.Template)))
        {
            if (template is Routes.Live or Routes.Ready)
                continue;
            await contract.CheckAsync(stranger, method, template, path, body, 401);
            await contract.CheckAsync(scrape, method, template, path, body, 403);
            using HttpClient slow = Client(
                server,
                await KeyAsync(server, """{"name":"Slow","scopes":["recommend","events","catalog"],"requestsPerSecond":1}""")
            );
            await contract.CheckAsync(slow, method, template, path, body, null);
            await contract.CheckAsync(slow, method, template, path, body, 429);
            if (body is null)
                continue;
            await contract.CheckAsync(client, method, template, path, new string(' ', 70_000) + body, 413);
            await contract.CheckAsync(client, method, template, path, body, 415, "text/plain");
        }

        await using RecOpsApplication without = await RecOpsApplication.StartUnreadyAsync(new() { ["Models:Active"] = "no-such-bundle" });
        HttpClient unready = without.CreateClient();
        foreach (
            (string method, string template, string path, string? body, int status) in Calls
                .Where(call => call.Status < 300)
                .DistinctBy(call => (call.Method, call.Template))
        )
        {
            if (template != Routes.Live)
                await contract.CheckAsync(unready, method, template, path, body, 503);
        }

        Assert.Empty(contract.NeverSeen);
    }

    [Theory]
    [InlineData(Routes.Recommendations, "post", AllOfAList, "RecommendationRequest", "")]
    [InlineData("/v1/items/i1/similar", "post", AllOfSimilar, "SimilarItemsRequest", "")]
    [InlineData(Routes.Events, "post", AllOfAnEvent, "ShopEvent", "events")]
    [InlineData(Routes.CatalogItems, "patch", AllOfAnItem, "CatalogItemUpdate", "items")]
    public async Task Fields_ThatAreNotRequired_MayBeLeftOutOrNull(string path, string method, string full, string schema, string list)
    {
        await using RecOpsApplication server = await RecOpsApplication.StartAsync();
        HttpClient client = server.CreateClient();
        Contract contract = await Contract.ReadAsync(client);
        JsonNode described = contract.Schema(schema);
        string[] required = [.. described["required"]?.AsArray().Select(name => (string)name!) ?? []];
        string[] fields = [.. described["properties"]!.AsObject().Select(property => property.Key)];
        Assert.Equal(fields, JsonNode.Parse(full)!.AsObject().Select(property => property.Key).Intersect(fields));

        foreach (string field in fields)
        {
            foreach (bool isNull in new[] { false, true })
            {
                JsonObject request = JsonNode.Parse(full)!.AsObject();
                request.Remove(field);
                if (isNull)
                    request[field] = null;
                bool mayBe = !required.Contains(field) && (!isNull || MayBeNull(described["properties"]![field]!));
                string body = list.Length == 0 ? request.ToJsonString() : $$"""{"{{list}}":[{{request.ToJsonString()}}]}""";
                using HttpResponseMessage answer = await client.SendJsonAsync(new HttpMethod(method.ToUpperInvariant()), path, body);
                string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                bool isTaken = answer.IsSuccessStatusCode && !text.Contains("\"error\"", StringComparison.Ordinal);
                Assert.True(isTaken == mayBe, $"{body}: {(int)answer.StatusCode} {text}");
            }
        }
    }

    [Theory]
    [InlineData(Routes.Recommendations, "post", AllOfAList, "RecommendationRequest", "")]
    [InlineData("/v1/items/i1/similar", "post", AllOfSimilar, "SimilarItemsRequest", "")]
    [InlineData(Routes.Events, "post", AllOfAnEvent, "ShopEvent", "events")]
    [InlineData(Routes.CatalogItems, "patch", AllOfAnItem, "CatalogItemUpdate", "items")]
    public async Task Limits_OfFields_AreThoseOfTheServer(string path, string method, string full, string schema, string list)
    {
        await using RecOpsApplication server = await RecOpsApplication.StartAsync();
        HttpClient client = server.CreateClient();
        Contract contract = await Contract.ReadAsync(client);
        int tried = 0;
        foreach ((string field, JsonNode? said) in contract.Schema(schema)["properties"]!.AsObject())
        {
            List<JsonNode> beyond = [];
            if (said!["maxLength"] is { } letters)
                beyond.Add(new string('x', (int)letters + 1));
            if (said["minLength"] is { } least && (int)least > 0)
                beyond.Add("");
            if (said["maxItems"] is { } items)
                beyond.Add(new JsonArray([.. Enumerable.Range(0, (int)items + 1).Select(i => JsonValue.Create($"i{i}"))]));
            if (said["minimum"] is { } minimum)
                beyond.Add((long)minimum - 1);
            if (said["maximum"] is { } maximum)
                beyond.Add((long)maximum + 1);
            if (said["enum"] is not null)
                beyond.Add("none-of-them");
            foreach (JsonNode value in beyond)
            {
                JsonObject request = JsonNode.Parse(full)!.AsObject();
                request[field] = value;
                string body = list.Length == 0 ? request.ToJsonString() : $$"""{"{{list}}":[{{request.ToJsonString()}}]}""";
                using HttpResponseMessage answer = await client.SendJsonAsync(new HttpMethod(method.ToUpperInvariant()), path, body);
                string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.True(
                    !answer.IsSuccessStatusCode || text.Contains("\"error\"", StringComparison.Ordinal),
                    $"{field}: {(int)answer.StatusCode} {text}"
                );
                tried++;
            }
        }

        Assert.InRange(tried, 3, 100);
    }

    private static bool MayBeNull(JsonNode schema) => schema["type"] is JsonArray types && types.Any(type => (string)type! == "null");

    private static HttpClient Client(RecOpsApplication server, string key)
    {
        var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Add(StorefrontGate.Header, key);
        return client;
    }

    private static async Task<string> KeyAsync(RecOpsApplication server, string json)
    {
        using var admin = new HttpClient { BaseAddress = server.Address };
        using HttpResponseMessage signedIn = await admin.SendJsonAsync(
            HttpMethod.Post,
            Routes.Session,
            $$"""{"user":"{{Bootstrap.AdminName}}","password":"{{RecOpsApplication.AdminPassword}}"}"""
        );
        Assert.True(signedIn.IsSuccessStatusCode, $"{signedIn.StatusCode}");
        using HttpResponseMessage made = await admin.SendJsonAsync(HttpMethod.Post, Routes.Keys, json);
        return (await made.ReadAsync<ApiKeyCreated>(System.Net.HttpStatusCode.Created)).Secret;
    }

    /// <summary>The server's document, and which parts of it have been confirmed.</summary>
    private sealed class Contract
    {
        private readonly JsonNode _document;
        private readonly JsonObject _definitions;
        private readonly HashSet<(string Method, string Template, string Status)> _seen = [];

        private Contract(JsonNode document)
        {
            _document = document;

            // An undocumented field would otherwise go unnoticed.
            _definitions = JsonNode
                .Parse(
                    document["components"]!["schemas"]!
                        .ToJsonString()
                        .Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal)
                )!
                .AsObject();
            foreach ((_, JsonNode? schema) in _definitions)
            {
                if (schema!["properties"] is not null)
                    schema["additionalProperties"] = false;
            }
        }

        /// <summary>Documented statuses that no call was answered with.</summary>
        public IEnumerable<(string Method, string Template, string Status)> NeverSeen =>
            from path in _document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            from answer in operation.Value!["responses"]!.AsObject()
            let key = (operation.Key, path.Key, answer.Key)
            where !_seen.Contains(key)
            select key;

        public static async Task<Contract> ReadAsync(HttpClient client) =>
            new(JsonNode.Parse(await client.GetStringAsync(Routes.OpenApi, TestContext.Current.CancellationToken))!);

        public JsonNode Schema(string name) => _document["components"]!["schemas"]![name]!;

        /// <param name="expected">The expected status; null for any.</param>
        public async Task CheckAsync(
            HttpClient client,
            string method,
            string template,
            string path,
            string? body,
            int? expected,
            string mediaType = "application/json"
        )
        {
            using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), path);
            if (body is not null)
                request.Content = new StringContent(body, Encoding.UTF8, mediaType);
            using HttpResponseMessage answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            string call = $"{method} {path} {body?.Trim()}: {(int)answer.StatusCode} {text}";
            Assert.True(expected is null || (int)answer.StatusCode == expected, $"{call}; {expected} was expected");

            string status = ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
            JsonNode? said = _document["paths"]![template]?[method]?["responses"]?[status];
            Assert.True(said is not null, $"The document does not have {status} for {method} {template}. {call}");
            JsonNode? content = said["content"]?[answer.Content.Headers.ContentType?.MediaType ?? ""];
            Assert.True(content is not null, $"The document does not have {answer.Content.Headers.ContentType} there. {call}");
            var schema = JsonNode
                .Parse(content["schema"]!.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal))!
                .AsObject();
            schema["$defs"] = _definitions.DeepClone();
            EvaluationResults held = JsonSchema
                .FromText(schema.ToJsonString())
                .Evaluate(JsonNode.Parse(text), new EvaluationOptions { OutputFormat = OutputFormat.List });
            IEnumerable<string> errors = held
                .Details.Where(detail => detail.HasErrors)
                .Select(detail => $"{detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Values)}");
            Assert.True(held.IsValid, $"{call}\n{string.Join('\n', errors)}");
            _seen.Add((method, template, status));
        }
    }
}
