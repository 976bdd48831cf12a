using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using RecOps.Shared;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

public sealed class CompressionTests(ServerFixture server)
{
    private const string Batch = """{"requests":[{"userId":"u1","count":50},{"userId":"u2","count":50}]}""";

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("zstd, gzip;q=0.5", "gzip")]
    [InlineData("identity", null)]
    [InlineData("gzip;q=0", null)]
    [InlineData(null, null)]
    public async Task Answer_OverAKilobyte_CompressedAsAskedAndTheSame(string? accepted, string? encoding)
    {
        using HttpResponseMessage list = await SendAsync(HttpMethod.Get, "/v1/recommendations/u1?count=50", null, accepted);
        using HttpResponseMessage batch = await SendAsync(HttpMethod.Post, Routes.RecommendationsBatch, Batch, accepted);

        Assert.Equal(encoding, list.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal(encoding, batch.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal(50, (await ReadAsync(list)).GetProperty("items").GetArrayLength());
        Assert.Equal(2, (await ReadAsync(batch)).GetProperty("responses").GetArrayLength());
        if (encoding is not null)
            Assert.Contains("Accept-Encoding", list.Headers.Vary);
    }

    [Theory]
    [InlineData("GET", "/v1/recommendations/u1?count=2", null)]
    [InlineData("GET", "/v1/recommendations/u1?count=0", null)]
    [InlineData("POST", Routes.Events, """{"events":[{"userId":7}]}""")]
    [InlineData("PATCH", Routes.CatalogItems, """{"items":[{"itemId":"no-such-item","price":1}]}""")]
    public async Task Answer_Small_AsItIs(string method, string path, string? body)
    {
        using HttpResponseMessage answer = await SendAsync(new HttpMethod(method), path, body, "gzip, br");

        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.NotEqual(default, await ReadAsync(answer));
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        await using Stream sent = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await using Stream read = answer.Content.Headers.ContentEncoding.SingleOrDefault() switch
        {
            "gzip" => new GZipStream(sent, CompressionMode.Decompress),
            "br" => new BrotliStream(sent, CompressionMode.Decompress),
            _ => sent,
        };
        return await JsonSerializer.DeserializeAsync<JsonElement>(read, cancellationToken: TestContext.Current.CancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body, string? accepted)
    {
        using var request = new HttpRequestMessage(method, path) { Version = HttpVersion.Version11 };
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (accepted is not null)
            request.Headers.Add("Accept-Encoding", accepted);
        return await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
