using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RecOps.Server.Security;
using RecOps.Server.Security.Keys;
using RecOps.Server.Storage;
using RecOps.Server.Telemetry.Alerts;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;
using RecOps.Shared.Telemetry;
using RecOps.Tests.Server.Rules;
using Xunit;

namespace RecOps.Tests.Server.Storage;

/// <summary>PostgreSQL is down for much longer than any timeout.</summary>
public sealed class DatabaseOutageTests
{
    private const string Alert = "database";
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Outage_OfTenMinutesOnTwoReplicas_ServesThroughoutAndCatchesUp()
    {
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        Dictionary<string, string?> settings = new()
        {
            ["Database:Provider"] = "postgres",
            ["ConnectionStrings:Database"] = await postgres.CreateDatabaseAsync(),
        };
        await using RecOpsApplication one = await RecOpsApplication.StartAsync(settings);
        await using RecOpsApplication two = await RecOpsApplication.StartAsync(settings, signIn: false);
        two.Cookie = one.Cookie;
        RecOpsApplication[] both = [one, two];
        HttpClient[] admins = [one.CreateClient(), two.CreateClient()];
        await new RuleConsole(admins[0]).PublishAsync(RuleConsole.Pin("hero", "i30", 1));
        ApiKeyCreated[] keys = [await CreateKeyAsync(admins[0], "first"), await CreateKeyAsync(admins[0], "second")];
        HttpClient[] shops = [ShopOf(one, keys[0].Secret), ShopOf(two, keys[1].Secret)];
        foreach (HttpClient admin in admins)
            Assert.Equal(3, (await admin.GetAsync<ApiKeyList>(Routes.Keys)).Keys.Length);
        await Waiting.UntilAsync(() =>
            both.All(replica => replica.Services.GetRequiredService<ApiKeyRing>().Find(keys[1].Secret) is not null)
        );
        await Waiting.UntilAsync(async () => (await two.RecommendAsync("u1")).RulesVersion == 1);

        postgres.Kill();
        await Waiting.UntilAsync(() => both.All(replica => replica.Services.GetRequiredService<DatabaseState>().Trouble is not null));

        // Each key is used once: these uses cannot be saved during the outage.
        DateTimeOffset used = one.Time.GetUtcNow();
        foreach (HttpClient shop in shops)
            Assert.Equal(("i30", 1), Top(await shop.GetAsync<RecommendationResponse>(Routes.RecommendationsFor("u1"))));
        for (TimeSpan gone = TimeSpan.Zero; gone < TimeSpan.FromMinutes(10); gone += Step)
        {
            foreach (RecOpsApplication replica in both)
                replica.Time.Advance(Step);
            foreach (RecOpsApplication replica in both)
            {
                string user = FormattableString.Invariant($"u{gone.TotalSeconds / Step.TotalSeconds}");
                Assert.Equal(("i30", 1), Top(await replica.RecommendAsync(user)));
                await replica.SendEventAsync(user, "i2", "view");
            }

            if (gone.TotalSeconds % 60 == 0)
                await AssertNothingCanBeChangedAsync(admins);
        }

        // What cannot be recorded does not happen. The kill switch does, here only, and its entry waits.
        await (await admins[0].DeleteAsync(Routes.CachedFor("u1"), Cancellation)).ExpectProblemAsync(HttpStatusCode.ServiceUnavailable);
        await SwitchRulesAsync(admins[0], off: true);
        Assert.Equal(0, Top(await one.RecommendAsync("u1")).Version);
        Assert.Equal(("i30", 1), Top(await two.RecommendAsync("u1")));
        foreach (RecOpsApplication replica in both)
        {
            await Waiting.UntilAsync(async () =>
            {
                await replica.Services.GetRequiredService<AlertMonitor>().LookAsync(Cancellation);
                return StateOf(replica).Status == AlertStatus.Firing;
            });
        }

        DateTimeOffset back = one.Time.GetUtcNow();
        await postgres.StartAgainAsync();
        await Waiting.UntilAsync(() => both.All(replica => replica.Services.GetRequiredService<DatabaseState>().Trouble is null));
        await Waiting.UntilAsync(
            async () =>
            {
                foreach (RecOpsApplication replica in both)
                    replica.Time.Advance(Step);
                return await HasCaughtUpAsync(one, keys, used, back);
            },
            TimeSpan.FromMilliseconds(50)
        );

        await Waiting.UntilAsync(async () => Top(await two.RecommendAsync("u1")).Version == 0);
        await SwitchRulesAsync(admins[1], off: false);
        Assert.Equal(2, await new RuleConsole(admins[1]).PublishAsync(RuleConsole.Pin("hero", "i31", 1)));
        await Waiting.UntilAsync(async () => Top(await one.RecommendAsync("u1")) == ("i31", 2));
        foreach (RecOpsApplication replica in both)
        {
            Assert.False(replica.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
            Assert.DoesNotContain(
                replica.Services.GetServices<IHostedService>().OfType<BackgroundService>(),
                service => service.ExecuteTask is { IsFaulted: true } or { IsCanceled: true }
            );
        }
    }

    private static async Task SwitchRulesAsync(HttpClient admin, bool off)
    {
        using HttpResponseMessage answer = await admin.SendJsonAsync(
            HttpMethod.Put,
            Routes.KillSwitch,
            $$"""{"enabled":{{(off ? "true" : "false")}}}"""
        );
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private static async Task AssertNothingCanBeChangedAsync(HttpClient[] admins)
    {
        foreach (HttpClient admin in admins)
        {
            var console = new RuleConsole(admin);
            HttpResponseMessage[] refused =
            [
                await console.TrySaveAsync("*", RuleConsole.Pin("hero", "i31", 1)),
                await console.PostAsync(Routes.RulePublish, new PublishRequest { Note = "A test", Revision = 1 }),
                await admin.SendJsonAsync(HttpMethod.Post, Routes.Keys, """{"name":"Third","scopes":["recommend"]}"""),
            ];
            foreach (HttpResponseMessage answer in refused)
                await answer.ExpectProblemAsync(HttpStatusCode.ServiceUnavailable);
            using HttpResponseMessage ready = await admin.GetAsync(Routes.Ready, Cancellation);
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        }
    }

    /// <summary>Key uses, the alert of each replica from firing to resolution, and the audit log.</summary>
    private static async Task<bool> HasCaughtUpAsync(
        RecOpsApplication replica,
        ApiKeyCreated[] keys,
        DateTimeOffset used,
        DateTimeOffset back
    )
    {
        await using AsyncServiceScope scope = replica.Services.CreateAsyncScope();
        RecOpsDatabase database = scope.ServiceProvider.GetRequiredService<RecOpsDatabase>();
        foreach (ApiKeyCreated key in keys)
        {
            if (!await database.ApiKeys.AnyAsync(row => row.Id == key.Key.Id && row.LastUsedAt == used, Cancellation))
                return false;
        }

        AlertRecord[] alerts = await database.Alerts.Where(alert => alert.Rule == Alert).ToArrayAsync(Cancellation);
        if (alerts.Length != 2 || Array.Exists(alerts, alert => alert.FiredAt >= back || alert.ResolvedAt is null))
            return false;
        return await database.Audit.CountAsync(
                entry => entry.Action == AuditAction.KillSwitch && entry.Actor == "admin" && entry.At <= back,
                Cancellation
            ) == 1;
    }

    private static AlertState StateOf(RecOpsApplication replica) =>
        replica.Services.GetRequiredService<AlertBoard>().States.Single(state => state.Rule == Alert);

    private static async Task<ApiKeyCreated> CreateKeyAsync(HttpClient admin, string name)
    {
        using HttpResponseMessage made = await admin.SendJsonAsync(
            HttpMethod.Post,
            Routes.Keys,
            $$"""{"name":"{{name}}","scopes":["recommend"]}"""
        );
        return await made.ReadAsync<ApiKeyCreated>(HttpStatusCode.Created);
    }

    private static HttpClient ShopOf(RecOpsApplication replica, string secret)
    {
        HttpClient client = replica.CreateStranger();
        client.DefaultRequestHeaders.Add(StorefrontGate.Header, secret);
        return client;
    }

    private static (string ItemId, int Version) Top(RecommendationResponse list) => (list.Items[0].ItemId, list.RulesVersion);
}
