using System.Net;
using System.Net.Http.Json;
using RecOps.Server.Security.Audit;
using RecOps.Server.Security.People;
using RecOps.Shared;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Server.Security;

public sealed class PeopleTests
{
    [Theory]
    [InlineData("role")]
    [InlineData("disable")]
    [InlineData("delete")]
    public async Task Change_ByWhoeverJustLostTheRole_IsRefusedAtOnce(string how)
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient admin = application.CreateClient();
        HttpClient bob = await application.CreateClientAsync("bob", Role.Admin);
        await bob.GetAsync<PersonList>(Routes.People);
        using HttpResponseMessage lost = how switch
        {
            "role" => await ChangeAsync(admin, "bob", new PersonUpdate { Roles = [Role.Viewer] }),
            "disable" => await ChangeAsync(admin, "bob", new PersonUpdate { Disabled = true }),
            _ => await admin.DeleteAsync(Routes.PersonOf("bob"), TestContext.Current.CancellationToken),
        };
        Assert.True(lost.IsSuccessStatusCode);

        await (await ChangeAsync(bob, "bob", new PersonUpdate { Roles = [Role.Admin], Disabled = false })).ExpectProblemAsync(
            HttpStatusCode.Forbidden
        );
        await (await bob.SendJsonAsync(HttpMethod.Post, Routes.People, """{"user":"eve","roles":["admin"]}""")).ExpectProblemAsync(
            HttpStatusCode.Forbidden
        );
        await (await bob.PostAsync(Routes.PasswordOf(Bootstrap.AdminName), null, TestContext.Current.CancellationToken)).ExpectProblemAsync(
            HttpStatusCode.Forbidden
        );
        await (await bob.SendJsonAsync(HttpMethod.Post, Routes.Keys, """{"name":"k","scopes":["recommend"]}""")).ExpectProblemAsync(
            HttpStatusCode.Forbidden
        );
        Assert.DoesNotContain((await admin.GetAsync<PersonList>(Routes.People)).People, person => person.User == "eve");
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task Create_NameThatNoAddressCanHave_IsRefused(string name)
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();

        await (
            await application.CreateClient().SendJsonAsync(HttpMethod.Post, Routes.People, $$"""{"user":"{{name}}","roles":["viewer"]}""")
        ).ExpectFieldsAsync("user");
    }

    [Fact]
    public async Task People_LastAdministrator_CannotBeTakenAway()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient admin = application.CreateClient();

        await (await ChangeAsync(admin, Bootstrap.AdminName, new PersonUpdate { Roles = [Role.Viewer] })).ExpectFieldsAsync("roles");
        await (await ChangeAsync(admin, Bootstrap.AdminName, new PersonUpdate { Disabled = true })).ExpectFieldsAsync("disabled");
        await (await admin.DeleteAsync(Routes.PersonOf(Bootstrap.AdminName), TestContext.Current.CancellationToken)).ExpectFieldsAsync(
            "user"
        );

        // A second administrator who is disabled does not count.
        HttpClient other = await application.CreateClientAsync("other", Role.Admin);
        await (await ChangeAsync(admin, "other", new PersonUpdate { Disabled = true })).ReadAsync<PersonInfo>();
        await (await ChangeAsync(admin, Bootstrap.AdminName, new PersonUpdate { Roles = [Role.Viewer] })).ExpectFieldsAsync("roles");
        await (await ChangeAsync(admin, "other", new PersonUpdate { Disabled = false })).ReadAsync<PersonInfo>();
        PersonInfo viewer = await (
            await ChangeAsync(admin, Bootstrap.AdminName, new PersonUpdate { Roles = [Role.Viewer] })
        ).ReadAsync<PersonInfo>();
        Assert.Equal([Role.Viewer], viewer.Roles);
    }

    [Fact]
    public async Task People_DisabledOrOfAnotherRole_NoticedWithinHalfAMinute()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient admin = application.CreateClient();
        HttpClient anna = await application.CreateClientAsync("anna", Role.Viewer);
        HttpClient ben = await application.CreateClientAsync("ben", Role.Viewer);

        await (await ChangeAsync(admin, "anna", new PersonUpdate { Disabled = true })).ReadAsync<PersonInfo>();
        await (await ChangeAsync(admin, "ben", new PersonUpdate { Roles = [Role.Operator] })).ReadAsync<PersonInfo>();
        application.Time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(HttpStatusCode.Unauthorized, (await anna.GetAsync(Routes.Cache, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ben.GetAsync(Routes.Cache, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("roles", "changed your roles")]
    [InlineData("disabled", "your account is disabled")]
    [InlineData("password", "your password was changed or reset")]
    [InlineData("deleted", "your account was deleted")]
    public async Task Session_EndedByAnAdministrator_SaysWhy(string how, string told)
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient admin = application.CreateClient();
        HttpClient program = await application.CreateClientAsync("anna", Role.Viewer);
        HttpClient browser = await application.CreateClientAsync("ben", Role.Viewer);
        foreach (string user in (string[])["anna", "ben"])
        {
            using HttpResponseMessage done = how switch
            {
                "roles" => await ChangeAsync(admin, user, new PersonUpdate { Roles = [Role.Operator] }),
                "disabled" => await ChangeAsync(admin, user, new PersonUpdate { Disabled = true }),
                "password" => await admin.PostAsync(Routes.PasswordOf(user), null, TestContext.Current.CancellationToken),
                _ => await admin.DeleteAsync(Routes.PersonOf(user), TestContext.Current.CancellationToken),
            };
            Assert.True(done.IsSuccessStatusCode);
        }

        application.Time.Advance(TimeSpan.FromSeconds(31));

        using HttpResponseMessage refused = await program.GetAsync(Routes.Cache, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.Unauthorized, how), (refused.StatusCode, refused.Headers.GetValues(SessionEnding.Header).Single()));
        using var wanted = new HttpRequestMessage(HttpMethod.Get, "/cache") { Headers = { { "Accept", "text/html" } } };
        using HttpResponseMessage sent = await browser.SendAsync(wanted, TestContext.Current.CancellationToken);
        Assert.Equal($"{Routes.SignIn}?returnUrl=%2Fcache&ended={how}", sent.Headers.Location?.OriginalString);
        string page = await application.CreateStranger().GetStringAsync(sent.Headers.Location, TestContext.Current.CancellationToken);
        Assert.Contains(told, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_OfOnesOwnRoles_StaysSignedInWithTheNewOnes()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        await application.CreateClientAsync("other", Role.Admin);
        string cookie = await application.SignInAsync(Bootstrap.AdminName, RecOpsApplication.AdminPassword);
        HttpClient self = Holding(application, cookie);
        using HttpResponseMessage changed = await ChangeAsync(self, Bootstrap.AdminName, new PersonUpdate { Roles = [Role.Operator] });
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        application.Time.Advance(TimeSpan.FromSeconds(31));

        HttpClient after = Holding(application, changed.Headers.GetValues("Set-Cookie").Last().Split(';')[0]);

        Assert.Equal([Role.Operator], (await after.GetAsync<SessionInfo>(Routes.Session)).Roles);
        Assert.Equal(HttpStatusCode.Forbidden, (await after.GetAsync(Routes.People, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await self.GetAsync(Routes.Session, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Change_ToWhatSomebodyIsAlready_EndsNoSessionAndIsNotInTheAuditLog()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient admin = application.CreateClient();
        HttpClient anna = await application.CreateClientAsync("anna", Role.Viewer);

        await (await ChangeAsync(admin, "anna", new PersonUpdate { Disabled = false })).ReadAsync<PersonInfo>();
        await (await ChangeAsync(admin, "anna", new PersonUpdate { Unlock = true })).ReadAsync<PersonInfo>();
        PersonInfo same = await (await ChangeAsync(admin, "anna", new PersonUpdate { Roles = [Role.Viewer] })).ReadAsync<PersonInfo>();
        application.Time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal([Role.Viewer], same.Roles);
        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync(Routes.Cache, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Empty((await admin.GetAsync<AuditPage>($"{Routes.Audit}?action={AuditAction.PersonChanged}")).Entries);
    }

    [Fact]
    public async Task People_DeletedMeanwhile_EachCallSaysSo()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient admin = application.CreateClient();
        foreach (
            HttpResponseMessage answer in (HttpResponseMessage[])
                [
                    await ChangeAsync(admin, "bob", new PersonUpdate { Disabled = true }),
                    await admin.DeleteAsync(Routes.PersonOf("bob"), TestContext.Current.CancellationToken),
                    await admin.PostAsync(Routes.PasswordOf("bob"), null, TestContext.Current.CancellationToken),
                ]
        )
        {
            Assert.StartsWith(
                "There is no person named 'bob'.",
                (await answer.ExpectProblemAsync(HttpStatusCode.NotFound)).GetProperty("detail").GetString(),
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [InlineData(AuditLog.Server)]
    [InlineData(AuditLog.Nobody)]
    public async Task Create_NameThatTheAuditLogUses_IsRefused(string name)
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();

        await (await CreateAsync(application.CreateClient(), name, [Role.Viewer])).ExpectFieldsAsync("user");
    }

    [Fact]
    public async Task People_Mistakes_EachFieldNamed()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient admin = application.CreateClient();

        await (await CreateAsync(admin, "", [])).ExpectFieldsAsync("user", "roles");
        await (await CreateAsync(admin, "has spaces", [Role.Viewer])).ExpectFieldsAsync("user");
        await (await CreateAsync(admin, "anna", ["emperor"])).ExpectFieldsAsync("roles");
        await (await CreateAsync(admin, "ADMIN", [Role.Viewer])).ExpectFieldsAsync("user");
        Assert.Equal(HttpStatusCode.NotFound, (await ChangeAsync(admin, "nobody", new PersonUpdate())).StatusCode);
        await (await ChangeAsync(admin, Bootstrap.AdminName, new PersonUpdate { Unlock = false })).ExpectFieldsAsync("roles");
        Assert.Single((await admin.GetAsync<PersonList>(Routes.People)).People);
    }

    [Fact]
    public async Task People_Removed_CannotSignInAnyMore()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient admin = application.CreateClient();
        PersonPassword made = await (await CreateAsync(admin, "anna", [Role.Viewer, Role.Viewer])).ReadAsync<PersonPassword>(
            HttpStatusCode.Created
        );
        Assert.True(made.Person.MustChangePassword);

        using HttpResponseMessage gone = await admin.DeleteAsync(Routes.PersonOf("anna"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        using HttpClient stranger = application.CreateStranger();
        using HttpResponseMessage refused = await stranger.PostAsJsonAsync(
            Routes.Session,
            new SignInRequest { User = "anna", Password = made.Password },
            RecOpsApplication.Json,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    private static HttpClient Holding(RecOpsApplication application, string cookie)
    {
        HttpClient client = application.CreateStranger();
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        return client;
    }

    private static Task<HttpResponseMessage> CreateAsync(HttpClient client, string user, string[] roles) =>
        client.PostAsJsonAsync(
            Routes.People,
            new NewPerson { User = user, Roles = roles },
            RecOpsApplication.Json,
            TestContext.Current.CancellationToken
        );

    private static Task<HttpResponseMessage> ChangeAsync(HttpClient client, string user, PersonUpdate update) =>
        client.PatchAsJsonAsync(Routes.PersonOf(user), update, RecOpsApplication.Json, TestContext.Current.CancellationToken);
}
