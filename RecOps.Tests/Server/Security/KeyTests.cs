using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Security;
using RecOps.Server.Security.Keys;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Server.Security;

public sealed class KeyTests
{
    private static readonly string Lists = Routes.RecommendationsFor("u1");

    [Fact]
    public async Task Key_CreatedUsedAndRevoked_GoodInBetweenAndLastUseIsKnown()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient admin = application.CreateClient();
        ApiKeyCreated made = await CreateAsync(admin, """{"name":"Shop","scopes":["recommend"]}""");
        using HttpClient shop = ClientWith(application, made.Secret);

        Assert.Equal(HttpStatusCode.OK, (await shop.GetAsync(Lists, TestContext.Current.CancellationToken)).StatusCode);
        using HttpResponseMessage events = await shop.SendJsonAsync(HttpMethod.Post, Routes.Events, """{"events":[]}""");
        Assert.Contains(
            "events",
            (await events.ExpectProblemAsync(HttpStatusCode.Forbidden)).GetProperty("detail").GetString(),
            StringComparison.Ordinal
        );
        ApiKeyInfo listed = (await admin.GetAsync<ApiKeyList>(Routes.Keys)).Keys.Single(key => key.Id == made.Key.Id);
        Assert.Equal(RecOpsApplication.Start, listed.LastUsedAt);
        Assert.EndsWith(listed.Hint, made.Secret, StringComparison.Ordinal);
        ApiKeyInfo revoked = await (
            await admin.DeleteAsync(Routes.KeyOf(made.Key.Id), TestContext.Current.CancellationToken)
        ).ReadAsync<ApiKeyInfo>();

        Assert.Equal("admin", revoked.RevokedBy);
        await (await shop.GetAsync(Lists, TestContext.Current.CancellationToken)).ExpectProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Key_Secret_IsKeptNowhere()
    {
        using var data = new TempDirectory();
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["Data:Directory"] = data.Path });
        ApiKeyCreated made = await CreateAsync(application.CreateClient(), """{"name":"Shop","scopes":["recommend"]}""");

        await using AsyncServiceScope scope = application.Services.CreateAsyncScope();
        ApiKey row = await scope
            .ServiceProvider.GetRequiredService<RecOpsDatabase>()
            .ApiKeys.SingleAsync(key => key.Id == made.Key.Id, TestContext.Current.CancellationToken);

        Assert.Equal(ApiKeySecret.HashOf(made.Secret), row.Hash);
        foreach (string file in Directory.GetFiles(data.Path))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var text = new StreamReader(stream, Encoding.Latin1);
            Assert.DoesNotContain(made.Secret, await text.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Key_MoreThanItMay_AskedToWaitAndOthersAreNot()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        ApiKeyCreated made = await CreateAsync(
            application.CreateClient(),
            """{"name":"Slow","scopes":["recommend"],"requestsPerSecond":2}"""
        );
        using HttpClient slow = ClientWith(application, made.Secret);
        HttpResponseMessage[] answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => slow.GetAsync(Lists, TestContext.Current.CancellationToken))
        );

        // A bucket refills with real time: two at once, and hardly more.
        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.OK), 2, 10);
        HttpResponseMessage refused = answers.First(answer => answer.StatusCode != HttpStatusCode.OK);
        await refused.ExpectProblemAsync(HttpStatusCode.TooManyRequests);
        Assert.True(refused.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal(
            HttpStatusCode.OK,
            (await application.CreateClient().GetAsync(Lists, TestContext.Current.CancellationToken)).StatusCode
        );
    }

    [Theory]
    [InlineData("""{}""", "name,scopes")]
    [InlineData("""{"name":"Shop","scopes":["recommend","everything"]}""", "scopes")]
    [InlineData("""{"name":"Shop\u0000","scopes":["recommend"]}""", "name")]
    [InlineData("""{"name":"Shop","scopes":["recommend"],"requestsPerSecond":0}""", "requestsPerSecond")]
    public async Task Key_Mistakes_EachFieldNamed(string json, string fields)
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();

        await (await application.CreateClient().SendJsonAsync(HttpMethod.Post, Routes.Keys, json)).ExpectFieldsAsync(fields.Split(','));
    }

    [Fact]
    public async Task Key_UnknownOrTwo_Refused()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        using HttpClient unknown = ClientWith(application, "rk_made-up");
        using HttpClient two = ClientWith(application, RecOpsApplication.ApiKey);
        two.DefaultRequestHeaders.Add(StorefrontGate.Header, RecOpsApplication.ApiKey);

        await (await unknown.GetAsync(Lists, TestContext.Current.CancellationToken)).ExpectProblemAsync(HttpStatusCode.Unauthorized);
        await (await two.GetAsync(Lists, TestContext.Current.CancellationToken)).ExpectProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Key_OnAConsoleCall_IsNoSignIn()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        using HttpClient shop = ClientWith(application, RecOpsApplication.ApiKey);

        await (await shop.GetAsync(Routes.Keys, TestContext.Current.CancellationToken)).ExpectProblemAsync(HttpStatusCode.Unauthorized);
    }

    private static HttpClient ClientWith(RecOpsApplication application, string key)
    {
        HttpClient client = application.CreateStranger();
        client.DefaultRequestHeaders.Add(StorefrontGate.Header, key);
        return client;
    }

    private static async Task<ApiKeyCreated> CreateAsync(HttpClient admin, string json) =>
        await (await admin.SendJsonAsync(HttpMethod.Post, Routes.Keys, json)).ReadAsync<ApiKeyCreated>(HttpStatusCode.Created);
}
