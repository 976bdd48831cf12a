using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using System.Text.Json;
using RecOps.Tests.Server;
using Xunit;

[assembly: AssemblyFixture(typeof(ServerFixture))]

namespace RecOps.Tests.Server;

/// <summary>One server for all tests that do not change its state.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    internal RecOpsApplication Application { get; private set; } = null!;

    internal HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Application = await RecOpsApplication.StartAsync();
        Client = Application.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        if (Application is not null)
            await Application.DisposeAsync();
    }
}

/// <summary>Calls and assertions that many tests share.</summary>
internal static class HttpExpectations
{
    public static Task<HttpResponseMessage> SendJsonAsync(
        this HttpClient client,
        HttpMethod method,
        [StringSyntax(StringSyntaxAttribute.Uri)] string path,
        [StringSyntax(StringSyntaxAttribute.Json)] string json
    ) =>
        client.SendAsync(
            new HttpRequestMessage(method, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") },
            TestContext.Current.CancellationToken
        );

    public static async Task<T> ReadAsync<T>(this HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {text}");
        return JsonSerializer.Deserialize<T>(text, RecOpsApplication.Json)!;
    }

    public static async Task<T> GetAsync<T>(this HttpClient client, string path) =>
        await (await client.GetAsync(path, TestContext.Current.CancellationToken)).ReadAsync<T>();

    /// <summary>Expects a 400 with problem details whose errors name exactly these fields.</summary>
    public static async Task ExpectFieldsAsync(this HttpResponseMessage response, params string[] fields)
    {
        JsonElement problem = await response.ExpectProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(
            fields.Order(StringComparer.Ordinal),
            problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal)
        );
    }

    public static async Task<JsonElement> ExpectProblemAsync(this HttpResponseMessage response, HttpStatusCode expected)
    {
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        JsonElement problem = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal((int)expected, problem.GetProperty("status").GetInt32());
        return problem;
    }
}
