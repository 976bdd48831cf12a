using System.Net;
using System.Text.Json;
using Npgsql;
using RecOps.Server.Security.Keys;
using RecOps.Server.Security.People;
using RecOps.Serving.Models;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;
using RecOps.Tests.Server.Rules;
using Xunit;

namespace RecOps.Tests.Server.Storage;

public sealed class DatabaseTests
{
    [Fact]
    public async Task Postgres_EverythingThatIsKept_AsWithSqlite()
    {
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(await SettingsAsync(postgres));
        HttpClient admin = application.CreateClient();
        HttpClient annas = await application.CreateClientAsync("anna", Role.Merchandiser);
        var anna = new RuleConsole(annas);

        // People, keys, drafts with their ETags, versions, the switch and the audit log, with case-insensitive search.
        await (
            await admin.SendJsonAsync(HttpMethod.Post, Routes.Keys, """{"name":"Shop","scopes":["recommend"]}""")
        ).ReadAsync<ApiKeyCreated>(HttpStatusCode.Created);
        Assert.Equal(2, (await admin.GetAsync<ApiKeyList>(Routes.Keys)).Keys.Length);
        await (await anna.TrySaveAsync("\"0\"", RuleConsole.Pin("hero", "i30", 1))).ReadAsync<RuleDraftInfo>();
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await anna.TrySaveAsync("\"0\"", RuleConsole.Pin("hero", "i31", 1))).StatusCode);
        Assert.Equal(1, await anna.PublishAsync(RuleConsole.Pin("hero", "i30", 1)));
        Assert.Equal(("i30", 1), Top(await application.RecommendAsync("u1")));
        await anna.SwitchAsync(off: true);
        Assert.Equal(0, (await application.RecommendAsync("u1")).RulesVersion);
        await anna.SwitchAsync(off: false);
        await (await anna.PostAsync(Routes.RestoreOf(1), new RestoreRequest())).ReadAsync<PublishResult>();
        AuditPage audit = await admin.GetAsync<AuditPage>(
            $"{Routes.Audit}?search=HERO&action=rules.published&from=2026-05-04T00:00:00Z&to=2026-05-05T00:00:00%2B02:00"
        );
        Assert.Equal(["anna"], audit.Entries.Select(entry => entry.Actor));

        // The same instant in another time zone.
        await anna.SaveAsync(RuleConsole.Pin("hero", "i31", 1));
        using HttpResponseMessage asked = await anna.PublishDraftAsync(
            "Later",
            RecOpsApplication.Start.AddMinutes(1).ToOffset(TimeSpan.FromHours(2))
        );
        await asked.ReadAsync<PublishResult>(HttpStatusCode.Accepted);
        await Waiting.UntilAsync(async () =>
        {
            application.Time.Advance(TimeSpan.FromSeconds(10));
            return (await anna.StateAsync()).Version == 3;
        });
        Assert.Equal(("i31", 3), Top(await application.RecommendAsync("u1")));
    }

    [Fact]
    public async Task Serving_DatabaseLostAndBack_ListsGoOnAndEditingSaysWhyNot()
    {
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(await SettingsAsync(postgres));
        HttpClient client = application.CreateClient();
        var console = new RuleConsole(client);
        await console.PublishAsync(RuleConsole.Pin("hero", "i30", 1));

        postgres.Kill();
        foreach (int user in Enumerable.Range(0, 30))
            Assert.Equal(("i30", 1), Top(await application.RecommendAsync($"u{user}")));
        JsonElement problem = await (await console.TrySaveAsync("*", RuleConsole.Pin("hero", "i31", 1))).ExpectProblemAsync(
            HttpStatusCode.ServiceUnavailable
        );
        Assert.Contains("nothing was changed", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await Waiting.UntilAsync(async () =>
        {
            using HttpResponseMessage health = await client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
            return (await health.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Contains(
                "what was known before",
                StringComparison.Ordinal
            );
        });

        // Pages that need no database still work for signed-in people.
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Routes.Cache, TestContext.Current.CancellationToken)).StatusCode);
        await postgres.StartAgainAsync();
        await Waiting.UntilAsync(async () =>
            (await console.TrySaveAsync("*", RuleConsole.Pin("hero", "i31", 1))).StatusCode == HttpStatusCode.OK
        );
        Assert.Equal(2, await console.PublishAsync(RuleConsole.Pin("hero", "i31", 1)));
        Assert.Equal(("i31", 2), Top(await application.RecommendAsync("u1")));
    }

    [Fact]
    public async Task Start_WithoutItsDatabase_ServesWithRulesAndKeysOfTheLastRunAndCatchesUp()
    {
        using var data = new TempDirectory();
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        Dictionary<string, string?> settings = await SettingsAsync(postgres);
        settings["Data:Directory"] = data.Path;
        string secret;
        await using (RecOpsApplication first = await RecOpsApplication.StartAsync(settings))
        {
            await new RuleConsole(first.CreateClient()).PublishAsync(RuleConsole.Pin("hero", "i30", 1));
            using HttpResponseMessage made = await first
                .CreateClient()
                .SendJsonAsync(HttpMethod.Post, Routes.Keys, """{"name":"Shop","scopes":["recommend"]}""");
            secret = (await made.ReadAsync<ApiKeyCreated>(HttpStatusCode.Created)).Secret;
        }

        postgres.Kill();
        await using RecOpsApplication second = await RecOpsApplication.StartUnreadyAsync(settings);
        await ((ActiveModel)second.Services.GetService(typeof(ActiveModel))!).Settled.WaitAsync(TestContext.Current.CancellationToken);
        using HttpClient shop = second.CreateStranger();
        shop.DefaultRequestHeaders.Add(StorefrontGate.Header, secret);
        Assert.Equal(("i30", 1), Top(await shop.GetAsync<RecommendationResponse>(Routes.RecommendationsFor("u1"))));
        using HttpResponseMessage signIn = await second
            .CreateStranger()
            .SendJsonAsync(HttpMethod.Post, Routes.Session, $$"""{"user":"admin","password":"{{RecOpsApplication.AdminPassword}}"}""");
        await signIn.ExpectProblemAsync(HttpStatusCode.ServiceUnavailable);

        await postgres.StartAgainAsync();
        second.Cookie = await second.SignInAsync(Bootstrap.AdminName, RecOpsApplication.AdminPassword);
        Assert.Equal(1, (await new RuleConsole(second.CreateClient()).StateAsync()).Version);
    }

    [Fact]
    public async Task KillSwitch_DatabaseAway_HoldsForWhoeverIsSignedInAndOtherServersFollowWhenItIsBack()
    {
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        Dictionary<string, string?> settings = await SettingsAsync(postgres);
        await using RecOpsApplication one = await RecOpsApplication.StartAsync(settings);
        await using RecOpsApplication two = await RecOpsApplication.StartAsync(settings);
        HttpClient client = one.CreateClient();
        var console = new RuleConsole(client);
        await console.PublishAsync(RuleConsole.Pin("hero", "i30", 1));
        await Waiting.UntilAsync(async () => Top(await two.RecommendAsync("u1")) == ("i30", 1));
        postgres.Kill();

        // Long enough for the server to look the person up again.
        one.Time.Advance(TimeSpan.FromMinutes(1));
        SessionInfo session = await client.GetAsync<SessionInfo>(Routes.Session);
        RulesState off = await console.SwitchAsync(off: true);

        Assert.Equal("admin", session.User);
        Assert.Equal([Role.Admin], session.Roles);
        Assert.Equal((true, true, "admin"), (off.IsOff, off.SwitchIsLocal, off.SwitchedBy));
        Assert.Contains("cannot be read", off.Trouble, StringComparison.Ordinal);
        Assert.Equal(0, (await one.RecommendAsync("u1")).RulesVersion);
        Assert.Equal(1, (await two.RecommendAsync("u1")).RulesVersion);
        await postgres.StartAgainAsync();
        await Waiting.UntilAsync(async () => (await two.RecommendAsync("u1")).RulesVersion == 0);
        await Waiting.UntilAsync(async () => await console.StateAsync() is { SwitchIsLocal: false, Trouble: null, IsOff: true });
        Assert.Equal(0, (await one.RecommendAsync("u1")).RulesVersion);
    }

    [Fact]
    public async Task Publish_ConnectionLostAfterTheCommit_SaidThatItIsNotKnownAndSentAgainMakesNoSecondVersion()
    {
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        await using var way = new LostAnswers(postgres.Port);
        Dictionary<string, string?> settings = await SettingsAsync(postgres);
        settings["ConnectionStrings:Database"] = new NpgsqlConnectionStringBuilder(settings["ConnectionStrings:Database"])
        {
            Port = way.Port,
        }.ConnectionString;
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(settings);
        HttpClient client = application.CreateClient();
        var console = new RuleConsole(client);
        RuleDraftInfo draft = await console.SaveAsync(RuleConsole.Pin("hero", "i30", 1));
        var request = new PublishRequest
        {
            Note = "Hero",
            Revision = draft.Revision,
            Id = Guid.NewGuid().ToString("N"),
        };

        way.LoseAnswerToCommitOf("PublishedRules");
        using HttpResponseMessage lost = await console.PostAsync(Routes.RulePublish, request);
        JsonElement problem = await lost.ExpectProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("may or may not have been made", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        PublishResult again = await (await console.PostAsync(Routes.RulePublish, request)).ReadAsync<PublishResult>();

        Assert.Equal(1, way.Lost);
        Assert.Equal(1, again.Version);
        Assert.Single((await client.GetAsync<RuleVersionList>(Routes.RuleVersions)).Versions);
    }

    private static async Task<Dictionary<string, string?>> SettingsAsync(PostgresServer postgres) =>
        new() { ["Database:Provider"] = "postgres", ["ConnectionStrings:Database"] = await postgres.CreateDatabaseAsync() };

    private static (string ItemId, int Version) Top(RecommendationResponse list) => (list.Items[0].ItemId, list.RulesVersion);
}
