using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RecOps.Server.Replication;
using RecOps.Server.Security;
using RecOps.Server.Security.Audit;
using RecOps.Server.Security.Keys;
using RecOps.Server.Security.People;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Server.Security;

/// <summary>Actions of several people at the same time, on one server and on two that share a database.</summary>
public sealed class RaceTests(RacePostgres postgres) : IClassFixture<RacePostgres>
{
    private const string Other = "other";
    private const int Rounds = 10;
    private const int MostWrong = 5;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("role", false)]
    [InlineData("role", true)]
    [InlineData("disable", false)]
    [InlineData("disable", true)]
    [InlineData("delete", false)]
    [InlineData("delete", true)]
    public async Task People_TwoAdministratorsRemoveEachOther_OneIsLeft(string how, bool twoServers)
    {
        await using RaceServers servers = await RaceServers.StartAsync(postgres, twoServers);
        string[] names = [Bootstrap.AdminName, Other];
        string[] cookies =
        [
            servers.Of(0).Cookie!,
            await servers.Of(0).SignInAsync(Other, await servers.CreatePersonAsync(Other, Role.Admin)),
        ];
        for (int round = 0; round < Rounds; round++)
        {
            HttpResponseMessage[] answers = await RaceServers.AtOnceAsync(
                2,
                caller => RemoveAsync(servers.ClientOf(cookies[caller], caller), names[1 - caller])
            );

            int winner = Array.FindIndex(answers, answer => answer.IsSuccessStatusCode);
            Assert.True(winner >= 0, "Neither was removed.");
            await answers[1 - winner].ExpectProblemAsync(HttpStatusCode.Forbidden);
            PersonInfo[] people = [.. (await servers.ClientOf(cookies[winner], 0).GetAsync<PersonList>(Routes.People)).People];
            PersonInfo left = Assert.Single(people, person => !person.Disabled && person.Roles.Contains(Role.Admin));
            Assert.Equal(names[winner], left.User);

            HttpClient client = servers.ClientOf(cookies[winner], round);
            string loser = names[1 - winner];
            if (how == "delete")
            {
                using HttpResponseMessage made = await client.PostAsJsonAsync(
                    Routes.People,
                    new NewPerson { User = loser, Roles = [Role.Admin] },
                    RecOpsApplication.Json,
                    Cancellation
                );
                cookies[1 - winner] = await servers
                    .Of(round)
                    .SignInAsync(loser, (await made.ReadAsync<PersonPassword>(HttpStatusCode.Created)).Password);
            }
            else
            {
                await (
                    await RaceServers.ChangeAsync(client, loser, new PersonUpdate { Roles = [Role.Admin], Disabled = false })
                ).ReadAsync<PersonInfo>();
            }
        }

        Task<HttpResponseMessage> RemoveAsync(HttpClient client, string user) =>
            how switch
            {
                "role" => RaceServers.ChangeAsync(client, user, new PersonUpdate { Roles = [Role.Viewer] }),
                "disable" => RaceServers.ChangeAsync(client, user, new PersonUpdate { Disabled = true }),
                _ => client.DeleteAsync(Routes.PersonOf(user), Cancellation),
            };
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignIn_FortyWrongPasswordsAtOnce_FiveAreLookedAtAndAllAreInTheAuditLog(bool twoServers)
    {
        const int attempts = 40;
        var hasher = new CountedHasher();
        await using RaceServers servers = await RaceServers.StartAsync(postgres, twoServers, hasher.Add);
        await servers.CreatePersonAsync("anna", Role.Viewer);
        int before = hasher.Looks;

        HttpStatusCode[] answers = await RaceServers.AtOnceAsync(
            attempts,
            async caller =>
            {
                using HttpResponseMessage answer = await RaceServers.SignInAsync(servers.Stranger(caller), "anna", $"wrong {caller}");
                return answer.StatusCode;
            }
        );

        Assert.Equal(MostWrong, hasher.Looks - before);
        Assert.Equal(MostWrong - 1, answers.Count(status => status == HttpStatusCode.Unauthorized));
        Assert.Equal(attempts - MostWrong + 1, answers.Count(status => status == HttpStatusCode.Locked));
        AuditRecord[] audit = await servers.AuditAsync($"actor={AuditLog.Nobody}");
        Assert.Equal(MostWrong - 1, audit.Count(entry => entry.Action == AuditAction.SignInFailed));
        Assert.Equal(attempts - MostWrong + 1, audit.Count(entry => entry.Action == AuditAction.LockedOut));
        Person row = await servers.ReadAsync(database =>
            database.Users.AsNoTracking().SingleAsync(person => person.UserName == "anna", Cancellation)
        );
        Assert.Equal((0, RecOpsApplication.Start.AddMinutes(5)), (row.AccessFailedCount, row.LockoutEnd!.Value));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignIn_TenRightPasswordsAtOnce_AllAreIn(bool twoServers)
    {
        const int callers = 10;
        await using RaceServers servers = await RaceServers.StartAsync(postgres, twoServers);
        string password = await servers.CreatePersonAsync("anna", Role.Viewer);

        string[] cookies = await RaceServers.AtOnceAsync(callers, caller => servers.Of(caller).SignInAsync("anna", password));

        Assert.Equal(callers, cookies.Distinct().Count());
        for (int caller = 0; caller < callers; caller++)
            Assert.Equal("anna", (await servers.ClientOf(cookies[caller], caller + 1).GetAsync<SessionInfo>(Routes.Session)).User);
        Assert.Equal(callers, (await servers.AuditAsync($"actor=anna&action={AuditAction.SignedIn}")).Length);
        Person row = await servers.ReadAsync(database =>
            database.Users.AsNoTracking().SingleAsync(person => person.UserName == "anna", Cancellation)
        );
        Assert.Equal((0, null), (row.AccessFailedCount, row.LockoutEnd));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task People_DisabledAndGivenARoleAtOnce_BothAreDoneAndAudited(bool twoServers)
    {
        await using RaceServers servers = await RaceServers.StartAsync(postgres, twoServers);
        for (int round = 0; round < Rounds; round++)
        {
            string user = $"person-{round}";
            await servers.CreatePersonAsync(user, Role.Viewer);
            PersonUpdate[] updates = [new() { Disabled = true }, new() { Roles = [Role.Operator] }];

            HttpResponseMessage[] answers = await RaceServers.AtOnceAsync(
                2,
                caller => RaceServers.ChangeAsync(servers.Admin(caller + round), user, updates[caller])
            );

            foreach (HttpResponseMessage answer in answers)
                await answer.ReadAsync<PersonInfo>();
            PersonInfo now = (await servers.PeopleAsync()).Single(person => person.User == user);
            Assert.True(now.Disabled);
            Assert.Equal([Role.Operator], now.Roles);
            AuditRecord[] audit = await servers.AuditAsync($"action={AuditAction.PersonChanged}&search={user}");
            Assert.Equal(2, audit.Length);
            Assert.Equal(RaceServers.Text<PersonInfo>(audit[0].After), RaceServers.Text<PersonInfo>(audit[1].Before));
            Assert.Equal(RaceServers.Text(now), RaceServers.Text<PersonInfo>(audit[1].After));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Password_ResetByTwoAtOnce_OneIsShownAndWorks(bool twoServers)
    {
        var hasher = new CountedHasher();
        await using RaceServers servers = await RaceServers.StartAsync(postgres, twoServers, hasher.Add);
        await servers.CreatePersonAsync("anna", Role.Viewer);
        for (int round = 0; round < Rounds; round++)
        {
            HttpResponseMessage[] answers = await WhilePeopleAreHeldAsync(
                servers,
                () => RaceServers.AtOnceAsync(2, caller => RaceServers.ResetAsync(servers.Admin(caller), "anna")),
                hasher
            );

            HttpResponseMessage shown = Assert.Single(answers, answer => answer.IsSuccessStatusCode);
            await answers.Single(answer => answer != shown).ExpectProblemAsync(HttpStatusCode.Conflict);
            PersonPassword reset = await shown.ReadAsync<PersonPassword>();
            using HttpResponseMessage entered = await RaceServers.SignInAsync(servers.Stranger(round), "anna", reset.Password);
            Assert.True((await entered.ReadAsync<SessionInfo>()).MustChangePassword);
        }

        Assert.Equal(Rounds, (await servers.AuditAsync($"action={AuditAction.PasswordReset}")).Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Password_ResetWhileItsOwnerChangesIt_OnlyOneOfThemIsToldThatItWorked(bool twoServers)
    {
        var hasher = new CountedHasher();
        await using RaceServers servers = await RaceServers.StartAsync(postgres, twoServers, hasher.Add);
        string password = await servers.CreatePersonAsync("anna", Role.Viewer);
        string cookie = await servers.Of(0).SignInAsync("anna", password);
        const string own = "a password of my own";

        HttpResponseMessage[] answers = await WhilePeopleAreHeldAsync(
            servers,
            () =>
                RaceServers.AtOnceAsync(
                    2,
                    caller =>
                        caller == 0
                            ? RaceServers.ResetAsync(servers.Admin(), "anna")
                            : servers
                                .ClientOf(cookie, 1)
                                .PutAsJsonAsync(
                                    Routes.SessionPassword,
                                    new PasswordChange { Current = password, New = own },
                                    RecOpsApplication.Json,
                                    Cancellation
                                )
                ),
            hasher
        );

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Conflict);
        string now = answers[0].IsSuccessStatusCode ? (await answers[0].ReadAsync<PersonPassword>()).Password : own;
        using HttpResponseMessage entered = await RaceServers.SignInAsync(servers.Stranger(1), "anna", now);
        await entered.ReadAsync<SessionInfo>();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Key_RevokedByEightAtOnce_IsRevokedOnce(bool twoServers)
    {
        await using RaceServers servers = await RaceServers.StartAsync(postgres, twoServers);
        ApiKeyCreated key = await CreateKeyAsync(servers.Admin(), "Shop");

        ApiKeyInfo[] answers = await RaceServers.AtOnceAsync(
            8,
            async caller => await (await servers.Admin(caller).DeleteAsync(Routes.KeyOf(key.Key.Id), Cancellation)).ReadAsync<ApiKeyInfo>()
        );

        Assert.All(answers, answer => Assert.Equal((RecOpsApplication.Start, "admin"), (answer.RevokedAt, answer.RevokedBy)));
        Assert.Equal("Shop", Assert.Single(await servers.AuditAsync($"action={AuditAction.KeyRevoked}")).Subject);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Key_EightCreatedAtOnce_EachIsThereAndAudited(bool twoServers)
    {
        await using RaceServers servers = await RaceServers.StartAsync(postgres, twoServers);

        ApiKeyCreated[] made = await RaceServers.AtOnceAsync(8, caller => CreateKeyAsync(servers.Admin(caller), $"Shop {caller}"));

        ApiKeyInfo[] listed = (await servers.Admin(1).GetAsync<ApiKeyList>(Routes.Keys)).Keys;
        AuditRecord[] audit = await servers.AuditAsync($"action={AuditAction.KeyCreated}&actor=admin");
        string[] expected = [.. made.Select(key => RaceServers.Text(key.Key)).Order(StringComparer.Ordinal)];
        Assert.Equal(expected, listed.Where(key => key.CreatedBy == "admin").Select(RaceServers.Text).Order(StringComparer.Ordinal));
        Assert.Equal(expected, audit.Select(entry => RaceServers.Text<ApiKeyInfo>(entry.After)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Start_TwoServersOnAnEmptyDatabaseAtOnce_OneAdministratorAndOneKey()
    {
        Dictionary<string, string?> settings = await postgres.NewDatabaseAsync();
        (settings["Bootstrap:AdminPassword"], settings["Bootstrap:StorefrontKey"]) = ("", "");
        var printed = new StringWriter();
        TextWriter output = TextWriter.Synchronized(printed);
        using var log = new ErrorLog();

        RecOpsApplication[] servers = await RaceServers.AtOnceAsync(
            2,
            _ =>
                RecOpsApplication.StartAsync(
                    settings,
                    services =>
                        services
                            .AddSingleton<ILoggerProvider>(log)
                            .AddSingleton(provider =>
                            {
                                FirstStartNotice notice = ActivatorUtilities.CreateInstance<FirstStartNotice>(provider);
                                notice.Output = output;
                                return notice;
                            }),
                    signIn: false
                )
        );
        await using RecOpsApplication one = servers[0];
        await using RecOpsApplication two = servers[1];
        foreach (RecOpsApplication server in servers)
            await server.Services.GetRequiredService<DatabaseState>().Ready.WaitAsync(Cancellation);
        Assert.Empty(log.Errors);

        // The printed password is that of the existing administrator, and a cookie of one server is valid on the other.
        string password = Assert.Single(Regex.Matches(printed.ToString(), "password ([a-z0-9]{16})")).Groups[1].Value;
        string key = Assert.Single(Regex.Matches(printed.ToString(), "rk_[\\w-]+").Select(match => match.Value).Distinct());
        string[] cookies = [await one.SignInAsync(Bootstrap.AdminName, password), await two.SignInAsync(Bootstrap.AdminName, password)];
        (one.Cookie, two.Cookie) = (cookies[1], cookies[0]);
        Assert.Single((await one.CreateClient().GetAsync<PersonList>(Routes.People)).People);
        Assert.Single((await two.CreateClient().GetAsync<ApiKeyList>(Routes.Keys)).Keys);
        AuditRecord[] audit = (await one.CreateClient().GetAsync<AuditPage>(Routes.Audit)).Entries;
        Assert.Single(audit, entry => entry.Action == AuditAction.PersonCreated);
        Assert.Single(audit, entry => entry.Action == AuditAction.KeyCreated);
        foreach (RecOpsApplication server in servers)
        {
            using HttpClient shop = server.CreateStranger();
            shop.DefaultRequestHeaders.Add(StorefrontGate.Header, key);
            Assert.Equal(HttpStatusCode.OK, (await shop.GetAsync(Routes.RecommendationsFor("u1"), Cancellation)).StatusCode);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignIn_FirstTimeThroughTheProviderTwiceAtOnce_OnePerson(bool twoServers)
    {
        await using IdentityProvider provider = await IdentityProvider.StartAsync();
        await using RaceServers servers = await RaceServers.StartAsync(
            postgres,
            twoServers,
            more: new()
            {
                ["Oidc:Authority"] = provider.Address,
                ["Oidc:ClientId"] = IdentityProvider.ClientId,
                ["Oidc:ClientSecret"] = "secret",
                ["Oidc:Label"] = "Company account",
            }
        );
        for (int round = 0; round < Rounds; round++)
        {
            string user = $"anna-{round}@example.com";
            provider.Person = new($"sub-{round}", user, [Role.Merchandiser]);

            SessionInfo[] sessions = await RaceServers.AtOnceAsync(
                2,
                async caller => await OidcTests.SessionAsync(servers.Of(caller), await OidcTests.SignInAsync(servers.Of(caller), "/"))
            );

            Assert.All(sessions, session => Assert.Equal(user, session.User));
            Assert.Equal([Role.Merchandiser], Assert.Single(await servers.PeopleAsync(), person => person.User == user).Roles);
            Assert.Equal(2, (await servers.AuditAsync($"actor={user}&action={AuditAction.SignedIn}")).Length);
        }
    }

    /// <summary>
    /// Blocks changes to people until two passwords have been hashed: by then, both callers have seen the person's original state.
    /// </summary>
    private static async Task<HttpResponseMessage[]> WhilePeopleAreHeldAsync(
        RaceServers servers,
        Func<Task<HttpResponseMessage[]>> call,
        CountedHasher hasher
    )
    {
        int before = hasher.Hashed;
        var isHeld = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using AsyncServiceScope scope = servers.Of(0).Services.CreateAsyncScope();
        Task holding = scope
            .ServiceProvider.GetRequiredService<ExclusiveChanges>()
            .RunAsync(
                Epoch.People,
                () =>
                {
                    isHeld.SetResult();
                    return release.Task;
                }
            );
        try
        {
            await isHeld.Task.WaitAsync(Waiting.Patience, Cancellation);
            Task<HttpResponseMessage[]> calls = call();
            await Waiting.UntilAsync(() => hasher.Hashed == before + 2);
            release.TrySetResult();
            return await calls;
        }
        finally
        {
            release.TrySetResult();
            await holding;
        }
    }

    private static async Task<ApiKeyCreated> CreateKeyAsync(HttpClient client, string name)
    {
        using HttpResponseMessage answer = await client.PostAsJsonAsync(
            Routes.Keys,
            new NewApiKey { Name = name, Scopes = [Scope.Recommend] },
            RecOpsApplication.Json,
            Cancellation
        );
        return await answer.ReadAsync<ApiKeyCreated>(HttpStatusCode.Created);
    }
}
