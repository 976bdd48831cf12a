using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Security.People;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Server.Security;

public sealed class SessionTests
{
    [Fact]
    public async Task SignIn_RightPassword_CookieThatScriptsAndOtherSitesDoNotGet()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(signIn: false);
        await application.Services.GetRequiredService<DatabaseState>().Ready.WaitAsync(TestContext.Current.CancellationToken);
        using HttpClient stranger = application.CreateStranger();

        using HttpResponseMessage answer = await SignInAsync(stranger, Bootstrap.AdminName, RecOpsApplication.AdminPassword);

        SessionInfo session = await answer.ReadAsync<SessionInfo>();
        Assert.Equal(("admin", false, true), (session.User, session.MustChangePassword, session.HasPassword));
        Assert.Equal([Role.Admin], session.Roles);
        string[] cookies = [.. answer.Headers.GetValues("Set-Cookie")];
        Assert.Equal(2, cookies.Length);
        Assert.All(cookies, cookie => Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase));
        Assert.All(cookies, cookie => Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task SignIn_WrongPasswordFiveTimes_LockedOutUntilTimePassesOrAnAdministratorSays()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        await application.CreateClientAsync("anna", Role.Viewer);
        using HttpClient stranger = application.CreateStranger();
        for (int attempt = 1; attempt <= 4; attempt++)
        {
            using HttpResponseMessage wrong = await SignInAsync(stranger, "anna", $"wrong {attempt}");
            await wrong.ExpectProblemAsync(HttpStatusCode.Unauthorized);
        }

        using HttpResponseMessage fifth = await SignInAsync(stranger, "anna", "wrong 5");
        await fifth.ExpectProblemAsync((HttpStatusCode)423);
        using HttpResponseMessage nobody = await SignInAsync(stranger, "who-is-not-there", "some password");
        await nobody.ExpectProblemAsync(HttpStatusCode.Unauthorized);
        HttpClient admin = application.CreateClient();
        PersonList people = await admin.GetAsync<PersonList>(Routes.People);
        Assert.NotNull(people.People.Single(person => person.User == "anna").LockedUntil);
        PersonPassword reset = await (
            await admin.PostAsync(Routes.PasswordOf("anna"), null, TestContext.Current.CancellationToken)
        ).ReadAsync<PersonPassword>();

        using HttpResponseMessage again = await SignInAsync(stranger, "anna", reset.Password);
        Assert.True((await again.ReadAsync<SessionInfo>()).MustChangePassword);
    }

    [Fact]
    public async Task SignIn_TooOftenFromOneAddress_AskedToWait()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["RateLimits:SignInsPerMinute"] = "3" });
        using HttpClient stranger = application.CreateStranger();
        for (int attempt = 1; attempt <= 2; attempt++)
            (await SignInAsync(stranger, "nobody", "not a password")).Dispose();

        using HttpResponseMessage refused = await SignInAsync(stranger, Bootstrap.AdminName, RecOpsApplication.AdminPassword);

        await refused.ExpectProblemAsync(HttpStatusCode.TooManyRequests);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
    }

    [Fact]
    public async Task SignIn_NothingGiven_BothFieldsNamed()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(signIn: false);
        await application.Services.GetRequiredService<DatabaseState>().Ready.WaitAsync(TestContext.Current.CancellationToken);
        using HttpClient stranger = application.CreateStranger();

        await (await stranger.SendJsonAsync(HttpMethod.Post, Routes.Session, "{}")).ExpectFieldsAsync("user", "password");
    }

    [Fact]
    public async Task Password_Changed_OtherSessionsEndAndTheOldOneIsWrong()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient anna = await application.CreateClientAsync("anna", Role.Viewer);
        PersonPassword reset = await (
            await application.CreateClient().PostAsync(Routes.PasswordOf("anna"), null, TestContext.Current.CancellationToken)
        ).ReadAsync<PersonPassword>();
        using HttpClient here = application.CreateStranger();
        here.DefaultRequestHeaders.Add("Cookie", await application.SignInAsync("anna", reset.Password));

        await (await ChangeAsync(here, "not this", "a longer password")).ExpectFieldsAsync("current");
        await (await ChangeAsync(here, reset.Password, "short")).ExpectFieldsAsync("new");
        SessionInfo changed = await (await ChangeAsync(here, reset.Password, "a longer password")).ReadAsync<SessionInfo>();
        application.Time.Advance(TimeSpan.FromSeconds(31));

        Assert.False(changed.MustChangePassword);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anna.GetAsync(Routes.Session, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(here, "anna", reset.Password)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(here, "anna", "a longer password")).StatusCode);
    }

    [Fact]
    public async Task Password_ChangedBySomebodyDisabled_IsRefusedAndTheSessionEnds()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        PersonPassword made = await (
            await application
                .CreateClient()
                .PostAsJsonAsync(
                    Routes.People,
                    new NewPerson { User = "eve", Roles = [Role.Admin] },
                    RecOpsApplication.Json,
                    TestContext.Current.CancellationToken
                )
        ).ReadAsync<PersonPassword>(HttpStatusCode.Created);
        using HttpClient eve = application.CreateStranger();
        eve.DefaultRequestHeaders.Add("Cookie", await application.SignInAsync("eve", made.Password));
        await (
            await application
                .CreateClient()
                .PatchAsJsonAsync(
                    Routes.PersonOf("eve"),
                    new PersonUpdate { Disabled = true },
                    RecOpsApplication.Json,
                    TestContext.Current.CancellationToken
                )
        ).ReadAsync<PersonInfo>();

        using HttpResponseMessage refused = await ChangeAsync(eve, made.Password, "a longer password");
        application.Time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.False(refused.Headers.TryGetValues("Set-Cookie", out _));
        Assert.Equal(HttpStatusCode.Unauthorized, (await eve.GetAsync(Routes.Session, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Password_ThatNobodyCouldSignInWithOrThatIsTheSame_IsRefused()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient admin = application.CreateClient();

        foreach (string next in (string[])[new('x', 257), "a password with \u0001", RecOpsApplication.AdminPassword])
            await (await ChangeAsync(admin, RecOpsApplication.AdminPassword, next)).ExpectFieldsAsync("new");
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("application/x-www-form-urlencoded", "user=%00&password=x")]
    [InlineData("multipart/form-data", "x")]
    public async Task SignInPage_FormThatCannotBeRead_IsAPageWithItsHeaders(string? type, string body)
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        using var content = new StringContent(body);
        content.Headers.ContentType = type is null ? null : new System.Net.Http.Headers.MediaTypeHeaderValue(type);

        using HttpResponseMessage answer = await application
            .CreateStranger()
            .PostAsync(Routes.SignIn, content, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.BadRequest, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains(
            "Enter your name and your password.",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.True(answer.Headers.Contains("Content-Security-Policy"));
    }

    [Fact]
    public async Task SignOut_Cookie_IsTakenAway()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();

        using HttpResponseMessage answer = await application
            .CreateClient()
            .DeleteAsync(Routes.Session, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Contains("recops=;", answer.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/rules?state=on", "/rules?state=on")]
    [InlineData("https://elsewhere.example/", "/")]
    [InlineData("//elsewhere.example/", "/")]
    [InlineData("/\\elsewhere.example/", "/")]
    [InlineData("/signin?returnUrl=/signin", "/")]
    public async Task SignInPage_Form_GoesOnlyToPagesOfThisServer(string wanted, string where)
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(signIn: false);
        await application.Services.GetRequiredService<DatabaseState>().Ready.WaitAsync(TestContext.Current.CancellationToken);
        using HttpClient stranger = application.CreateStranger();
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["user"] = Bootstrap.AdminName,
                ["password"] = RecOpsApplication.AdminPassword,
                ["returnUrl"] = wanted,
            }
        );

        using HttpResponseMessage answer = await stranger.PostAsync(Routes.SignIn, form, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(where, answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task SignInPage_WrongName_IsShownAsTextAndNotAsHtml()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(signIn: false);
        await application.Services.GetRequiredService<DatabaseState>().Ready.WaitAsync(TestContext.Current.CancellationToken);
        using HttpClient stranger = application.CreateStranger();
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string> { ["user"] = "\"><b>anna", ["password"] = "some password" }
        );

        using HttpResponseMessage answer = await stranger.PostAsync(Routes.SignIn, form, TestContext.Current.CancellationToken);
        string page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("The name or the password is wrong.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> SignInAsync(HttpClient client, string user, string password) =>
        client.PostAsJsonAsync(
            Routes.Session,
            new SignInRequest { User = user, Password = password },
            RecOpsApplication.Json,
            TestContext.Current.CancellationToken
        );

    private static Task<HttpResponseMessage> ChangeAsync(HttpClient client, string current, string next) =>
        client.PutAsJsonAsync(
            Routes.SessionPassword,
            new PasswordChange { Current = current, New = next },
            RecOpsApplication.Json,
            TestContext.Current.CancellationToken
        );
}
