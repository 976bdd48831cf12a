using System.Text;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RecOps.Shared;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

/// <summary>Odd requests are the caller's mistake and answered as such: never a 500, and no error in the log.</summary>
public sealed class OddRequestTests
{
    private const int Each = 40;

    private static readonly string[] Texts =
    [
        "",
        "-1",
        "0",
        "1e309",
        "NaN",
        "99999999999999999999",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-01-01T00:00:00+14:00",
        "1,5",
        "3,50",
        "true",
        "../..",
        "a/b",
        "'\"<>&",
        "é😀",
        "\u0001",
        "\u0000",
        " ",
        "%",
        "%2F",
        "{}",
        "u1",
        "i2",
        "home",
        "json",
        "demo",
        new('x', 3000),
    ];

    private static readonly string[] Names =
    [
        "from",
        "to",
        "at",
        "step",
        "count",
        "query",
        "search",
        "before",
        "format",
        "version",
        "userId",
        "itemId",
        "placement",
        "returnUrl",
        "explain",
        "action",
        "actor",
        "q",
        "field",
        "failed",
        "browser",
        "ended",
        "minutes",
        "limit",
        "text",
    ];

    private static readonly string[] Values =
    [
        "null",
        "true",
        "-1",
        "1e400",
        "12345678901234567890",
        "\"\"",
        "\"x\"",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "[]",
        "{}",
        "[null]",
        "[\"\\udc00\"]",
        "{\"a\":\"\\ud83d\"}",
        "\"2026-13-01T00:00:00Z\"",
        "\"0001-01-01T00:00:00Z\"",
        "[[[[[[]]]]]]",
        "[{\"id\":\"\\ud800\"}]",
        "[{\"id\":\"a\",\"name\":\"\\udfff\",\"then\":{\"type\":\"pin\",\"position\":1},\"select\":{\"items\":[\"\\ud800\"]}}]",
        "[{\"userId\":\"\\ud800\",\"itemId\":\"i1\",\"type\":\"view\"}]",
        "[{\"itemId\":\"i1\",\"price\":-1e30}]",
        "{\"rules\":[{\"id\":\"\\ud800\"}]}",
    ];

    private static readonly string[] Fields =
    [
        "rules",
        "document",
        "userId",
        "events",
        "items",
        "requests",
        "similar",
        "user",
        "password",
        "current",
        "new",
        "roles",
        "disabled",
        "name",
        "scopes",
        "note",
        "revision",
        "at",
        "text",
        "format",
        "enabled",
        "minutes",
        "share",
        "bundle",
        "ids",
        "schedule",
        "rule",
        "count",
        "rate",
        "select",
        "when",
        "id",
        "viewing",
        "placement",
        "clusters",
    ];

    private static readonly string?[] Types =
    [
        "application/json",
        "application/json",
        "application/json",
        "application/json; charset=utf-8",
        "application/json; charset=klingon",
        "application/json; charset=\"\"",
        "text/plain",
        "text/csv",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json; charset=utf-16",
        null,
        "x",
    ];

    [Fact]
    public async Task Send_OddRequestsToEveryEndpoint_IsNeverTheServersFault()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        using var log = new ErrorLog();
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new() { ["RateLimits:Enabled"] = "false" },
            services => services.AddLogging(logging => logging.AddProvider(log))
        );
        HttpClient client = application.CreateClient();
        var wrong = new List<string>();
        foreach ((string call, string method, RoutePattern pattern) in EndpointTable.Of(application))
        {
            // It only ends when the caller disconnects.
            if (call == $"GET {Routes.TelemetryStream}")
                continue;
            for (int i = 0; i < Each; i++)
            {
                (string text, Func<HttpRequestMessage> make) = Draw(random, method, pattern);
                using HttpRequestMessage request = make();
                using HttpResponseMessage answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
                if ((int)answer.StatusCode >= 500)
                    wrong.Add($"{(int)answer.StatusCode}: {text}");
            }
        }

        Assert.True(wrong.Count == 0, $"seed {seed}: {wrong.Count}\n{string.Join('\n', wrong.Take(20))}");
        Assert.Empty(log.Errors);
    }

    private static (string Text, Func<HttpRequestMessage> Make) Draw(Random random, string method, RoutePattern pattern)
    {
        // Kestrel refuses U+0000 in a path itself.
        string path = EndpointTable.PathOf(
            pattern,
            Pick(random, Texts) is { Length: > 0 } id && id is not ("../.." or " " or "\u0000") ? id : "x1"
        );
        string query = string.Join(
            '&',
            Enumerable.Range(0, random.Next(3)).Select(_ => $"{Pick(random, Names)}={Uri.EscapeDataString(Pick(random, Texts))}")
        );
        string? body = method is "POST" or "PUT" or "PATCH" || random.Next(10) == 0 ? Body(random) : null;
        string? type = Pick(random, Types);
        bool isCut = random.Next(12) == 0;
        string text = $"{method} {path}?{query} {type} {body?[..Math.Min(body.Length, 300)]}{(isCut ? " (bytes that are not UTF-8)" : "")}";
        return (
            text,
            () =>
            {
                var request = new HttpRequestMessage(new HttpMethod(method), $"{path}?{query}");
                if (body is null)
                    return request;
                byte[] bytes = Encoding.UTF8.GetBytes(body);
                if (isCut && bytes.Length > 4)
                    bytes[bytes.Length / 2] = 0xFF;
                request.Content = new ByteArrayContent(bytes);
                if (type is not null)
                    request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
                if (random.Next(3) == 0)
                    request.Headers.TryAddWithoutValidation("If-Match", Pick(random, ["*", "\"0\"", "x", "\"99999999999\""]));
                return request;
            }
        );
    }

    private static string Body(Random random) =>
        random.Next(6) switch
        {
            0 => Pick(random, Values),
            1 => "{\"a\":",
            2 => string.Join('&', Enumerable.Range(0, 3).Select(_ => $"{Pick(random, Names)}={Uri.EscapeDataString(Pick(random, Texts))}")),
            _ => "{"
                + string.Join(',', Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"\"{Pick(random, Fields)}\":{Pick(random, Values)}"))
                + "}",
        };

    private static T Pick<T>(Random random, T[] of) => of[random.Next(of.Length)];
}
