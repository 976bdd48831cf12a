using System.Net;
using System.Net.Http.Json;
using System.Xml.Linq;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Security.People;
using RecOps.Server.Security.Sessions;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;
using RecOps.Tests.Server.Rules;
using Xunit;

namespace RecOps.Tests.Server.Storage;

/// <summary>
/// The disk is full, or the file is read-only or locked: administrators can still sign in, see everything, and turn rules off.
/// </summary>
public sealed class UnwritableDatabaseTests
{
    private readonly DatabaseFaults _faults = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_DatabaseIsReadOnly_RightPasswordLetsInAndTheAuditLogHasItLater()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(swap: _faults.Add);
        _faults.IsReadOnly = true;

        application.Cookie = await application.SignInAsync(Bootstrap.AdminName, RecOpsApplication.AdminPassword);
        HttpClient admin = application.CreateClient();
        SessionInfo session = await admin.GetAsync<SessionInfo>(Routes.Session);
        Assert.Equal(("admin", 1), (session.User, (await SignInsAsync(admin)).Length));
        using HttpResponseMessage left = await admin.DeleteAsync(Routes.Session, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, left.StatusCode);
        Assert.Contains("recops=;", left.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        _faults.IsReadOnly = false;

        // Queued entries are written in order, and may be seen in between.
        await Waiting.UntilAsync(async () =>
            (await admin.GetAsync<AuditPage>($"{Routes.Audit}?action={AuditAction.SignedOut}")).Entries.Length == 1
        );
        Assert.Equal(2, (await SignInsAsync(admin)).Length);
    }

    [Fact]
    public async Task SignIn_DatabaseIsLocked_LetsIn()
    {
        using var data = new TempDirectory();
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["Data:Directory"] = data.Path });
        await using SqliteConnection other = new($"Data Source={Path.Combine(data.Path, SqliteDatabase.FileName)};Pooling=false");
        await other.OpenAsync(Cancellation);
        Execute(other, "BEGIN IMMEDIATE");

        application.Cookie = await application.SignInAsync(Bootstrap.AdminName, RecOpsApplication.AdminPassword);
        RulesState off = await new RuleConsole(application.CreateClient()).SwitchAsync(off: true);
        Execute(other, "ROLLBACK");

        Assert.Equal((true, true), (off.IsOff, off.SwitchIsLocal));
        await Waiting.UntilAsync(async () => (await SignInsAsync(application.CreateClient())).Length == 2);
        await Waiting.UntilAsync(async () => !(await new RuleConsole(application.CreateClient()).StateAsync()).SwitchIsLocal);
    }

    [Fact]
    public async Task SignIn_WrongPasswordsWhileReadOnly_LockOutAndThatIsWrittenLater()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(swap: _faults.Add);
        HttpClient admin = application.CreateClient();
        using HttpResponseMessage made = await admin.PostAsJsonAsync(
            Routes.People,
            new NewPerson { User = "anna", Roles = [Role.Viewer] },
            RecOpsApplication.Json,
            Cancellation
        );
        string password = (await made.ReadAsync<PersonPassword>(HttpStatusCode.Created)).Password;

        // Two are saved, three cannot be: they count together.
        foreach (int attempt in Enumerable.Range(1, 4))
        {
            _faults.IsReadOnly = attempt > 2;
            Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(application, "anna", $"wrong {attempt}"));
        }

        Assert.Equal(HttpStatusCode.Locked, await TryAsync(application, "anna", "wrong 5"));
        Assert.Equal(HttpStatusCode.Locked, await TryAsync(application, "anna", password));
        _faults.IsReadOnly = false;
        await Waiting.UntilAsync(async () =>
            (await admin.GetAsync<PersonList>(Routes.People)).People.Single(person => person.User == "anna").LockedUntil is not null
        );
        Assert.Equal(HttpStatusCode.Locked, await TryAsync(application, "anna", password));
        application.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(HttpStatusCode.OK, await TryAsync(application, "anna", password));
    }

    [Fact]
    public async Task KillSwitch_DatabaseIsReadOnly_HoldsHereAtOnceSaysSoAndIsWrittenLater()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(swap: _faults.Add);
        HttpClient admin = application.CreateClient();
        var console = new RuleConsole(admin);
        await console.PublishAsync(RuleConsole.Pin("hero", "i30", 1));
        _faults.IsReadOnly = true;

        RulesState off = await console.SwitchAsync(off: true);

        Assert.Equal((true, true, "admin", 0), (off.IsOff, off.SwitchIsLocal, off.SwitchedBy, off.Version));
        Assert.Equal(0, (await application.RecommendAsync("u1")).RulesVersion);
        Assert.Equal((true, true), ((await console.StateAsync()).IsOff, (await console.StateAsync()).SwitchIsLocal));
        RulesState on = await console.SwitchAsync(off: false);
        Assert.Equal((false, true, 1), (on.IsOff, on.SwitchIsLocal, (await application.RecommendAsync("u1")).RulesVersion));
        await console.SwitchAsync(off: true);
        _faults.IsReadOnly = false;
        await Waiting.UntilAsync(async () => !(await console.StateAsync()).SwitchIsLocal);

        Assert.True((await console.StateAsync()).IsOff);
        Assert.Equal(0, (await application.RecommendAsync("u1")).RulesVersion);
        AuditRecord[] turns = (await admin.GetAsync<AuditPage>($"{Routes.Audit}?action={AuditAction.KillSwitch}")).Entries;
        Assert.Equal(["off", "on", "off"], turns.Select(turn => turn.After));
        Assert.All(turns, turn => Assert.Equal("admin", turn.Actor));
    }

    [Fact]
    public async Task KillSwitch_RestartBeforeItCouldBeWritten_IsNotForgotten()
    {
        using var data = new TempDirectory();
        Dictionary<string, string?> settings = new() { ["Data:Directory"] = data.Path };
        await using (RecOpsApplication first = await RecOpsApplication.StartAsync(settings, _faults.Add))
        {
            var console = new RuleConsole(first.CreateClient());
            await console.PublishAsync(RuleConsole.Pin("hero", "i30", 1));
            _faults.IsReadOnly = true;
            Assert.True((await console.SwitchAsync(off: true)).SwitchIsLocal);
        }

        await using RecOpsApplication second = await RecOpsApplication.StartAsync(settings, _faults.Add);
        var again = new RuleConsole(second.CreateClient());
        Assert.Equal((true, true), ((await again.StateAsync()).IsOff, (await again.StateAsync()).SwitchIsLocal));
        Assert.Equal(0, (await second.RecommendAsync("u1")).RulesVersion);
        _faults.IsReadOnly = false;
        await Waiting.UntilAsync(async () => !(await again.StateAsync()).SwitchIsLocal);
        Assert.True((await again.StateAsync()).IsOff);
    }

    [Fact]
    public async Task Pages_DatabaseIsReadOnly_AllCanBeRead()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(swap: _faults.Add);
        HttpClient admin = application.CreateClient();
        string[] paths =
        [
            .. application
                .Services.GetRequiredService<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true)
                .Where(endpoint =>
                    endpoint.RoutePattern.Parameters.Count == 0
                    && endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)
                )
                .Select(endpoint => endpoint.RoutePattern.RawText!)
                .Where(path => path != Routes.TelemetryStream),
        ];
        _faults.IsReadOnly = true;

        Assert.Contains(Routes.Keys, paths);
        foreach (string path in paths)
        {
            using HttpResponseMessage answer = await admin.GetAsync(path, Cancellation);

            // Some need a parameter in the address, and some have nothing to show yet.
            Assert.True(answer.StatusCode < HttpStatusCode.InternalServerError, $"{path}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task Start_DatabaseIsReadOnly_PeopleSignInAndListsAreMade()
    {
        using var data = new TempDirectory();
        Dictionary<string, string?> settings = new() { ["Data:Directory"] = data.Path };
        await using (RecOpsApplication first = await RecOpsApplication.StartAsync(settings, _faults.Add))
            await new RuleConsole(first.CreateClient()).PublishAsync(RuleConsole.Pin("hero", "i30", 1));
        _faults.IsReadOnly = true;

        await using RecOpsApplication second = await RecOpsApplication.StartAsync(settings, _faults.Add);

        Assert.Equal("admin", (await second.CreateClient().GetAsync<SessionInfo>(Routes.Session)).User);
        Assert.Equal("i30", (await second.RecommendAsync("u1")).Items[0].ItemId);
    }

    [Fact]
    public async Task Start_DiskTakesNoFiles_DatabaseIsReadAndWrittenAgainWhenItDoes()
    {
        using var data = new TempDirectory();
        Dictionary<string, string?> settings = new() { ["Data:Directory"] = data.Path };
        await using (RecOpsApplication first = await RecOpsApplication.StartAsync(settings))
            await new RuleConsole(first.CreateClient()).PublishAsync(RuleConsole.Pin("hero", "i30", 1));

        // SQLite cannot create the file that it needs beside its database, as on a full or read-only disk.
        SqliteConnection.ClearAllPools();
        var inTheWay = new FileInfo(Path.Combine(data.Path, SqliteDatabase.FileName + "-shm"));
        inTheWay.Delete();
        inTheWay.CreateAsSymbolicLink(Path.Combine(data.Path, "no such directory", "no such file"));
        await using RecOpsApplication second = await RecOpsApplication.StartAsync(settings);
        var console = new RuleConsole(second.CreateClient());

        Assert.Equal("i30", (await second.RecommendAsync("u1")).Items[0].ItemId);
        Assert.Equal(["hero"], (await console.DraftAsync()).Document.Rules.Select(rule => rule.Id));
        Assert.True((await console.SwitchAsync(off: true)).SwitchIsLocal);
        inTheWay.Delete();
        await Waiting.UntilAsync(async () => !(await console.StateAsync()).SwitchIsLocal);
        Assert.Equal(2, (await SignInsAsync(second.CreateClient())).Length);
    }

    [Fact]
    public async Task CookieKey_MadeWhileReadOnly_IsUsedAndWrittenLater()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(swap: _faults.Add);
        var keys = application.Services.GetRequiredService<CookieKeys>();
        int before = keys.GetAllElements().Count;
        _faults.IsReadOnly = true;

        keys.StoreElement(new XElement("key", new XAttribute("id", "new")), "key-new");

        Assert.Equal((before + 1, true), (keys.GetAllElements().Count, keys.AnyUnsaved));
        _faults.IsReadOnly = false;
        await Waiting.UntilAsync(() => !keys.AnyUnsaved);
        Assert.Equal(before + 1, keys.GetAllElements().Count);
    }

    [Fact]
    public async Task Draft_DatabaseIsReadOnly_SaidSoAndNotThatSomebodyChangedIt()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(swap: _faults.Add);
        var console = new RuleConsole(application.CreateClient());
        await console.SaveAsync(RuleConsole.Exclude("a", "i1"));
        _faults.IsReadOnly = true;

        using HttpResponseMessage saved = await console.TrySaveAsync("\"1\"", RuleConsole.Exclude("b", "i1"));
        using HttpResponseMessage published = await console.PostAsync(
            Routes.RulePublish,
            new PublishRequest
            {
                Note = "note",
                Revision = 1,
                Id = "one",
            }
        );

        await saved.ExpectProblemAsync(HttpStatusCode.ServiceUnavailable);
        await published.ExpectProblemAsync(HttpStatusCode.ServiceUnavailable);
    }

    private static async Task<AuditRecord[]> SignInsAsync(HttpClient client) =>
        (await client.GetAsync<AuditPage>($"{Routes.Audit}?action={AuditAction.SignedIn}")).Entries;

    private static async Task<HttpStatusCode> TryAsync(RecOpsApplication application, string user, string password)
    {
        using HttpClient stranger = application.CreateStranger();
        using HttpResponseMessage answer = await stranger.PostAsJsonAsync(
            Routes.Session,
            new SignInRequest { User = user, Password = password },
            RecOpsApplication.Json,
            Cancellation
        );
        return answer.StatusCode;
    }

    private static void Execute(SqliteConnection connection, string statement)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
