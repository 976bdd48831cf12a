using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Security.Audit;
using RecOps.Server.Security.People;
using RecOps.Server.Security.Sessions;
using RecOps.Shared;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Server.Security;

/// <summary>An attacker guesses passwords; the owner with the right one still gets in.</summary>
public sealed class GuessingTests
{
    private const HttpStatusCode LockedOut = (HttpStatusCode)423;
    private static readonly Dictionary<string, string?> ManyAttempts = new() { ["RateLimits:SignInsPerMinute"] = "1000" };

    [Fact]
    public async Task SignIn_NameIsLockedByOthers_KnownBrowserStillGetsIn()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(ManyAttempts);
        using HttpClient stranger = application.CreateStranger();
        using HttpClient owner = application.CreateStranger();
        owner.DefaultRequestHeaders.Add(
            "Cookie",
            BrowserCookie(await SignInAsync(owner, Bootstrap.AdminName, RecOpsApplication.AdminPassword))
        );
        for (int i = 0; i < 6; i++)
            (await SignInAsync(stranger, Bootstrap.AdminName, "not this one")).Dispose();

        using HttpResponseMessage elsewhere = await SignInAsync(stranger, Bootstrap.AdminName, RecOpsApplication.AdminPassword);
        using HttpResponseMessage there = await SignInAsync(owner, Bootstrap.AdminName, RecOpsApplication.AdminPassword);
        using HttpResponseMessage afterwards = await SignInAsync(stranger, Bootstrap.AdminName, RecOpsApplication.AdminPassword);

        Assert.Equal(LockedOut, elsewhere.StatusCode);
        Assert.Equal(HttpStatusCode.OK, there.StatusCode);

        // A sign-in by the owner gives nobody else more guesses.
        Assert.Equal(LockedOut, afterwards.StatusCode);
    }

    [Fact]
    public async Task SignIn_WrongPasswordsFromAKnownBrowser_LockThatBrowserAndNotTheName()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(ManyAttempts);
        using HttpClient elsewhere = application.CreateStranger();
        using HttpClient browser = application.CreateStranger();
        browser.DefaultRequestHeaders.Add(
            "Cookie",
            BrowserCookie(await SignInAsync(browser, Bootstrap.AdminName, RecOpsApplication.AdminPassword))
        );
        for (int i = 0; i < 5; i++)
            (await SignInAsync(browser, Bootstrap.AdminName, "not this one")).Dispose();

        using HttpResponseMessage locked = await SignInAsync(browser, Bootstrap.AdminName, RecOpsApplication.AdminPassword);
        using HttpResponseMessage other = await SignInAsync(elsewhere, Bootstrap.AdminName, RecOpsApplication.AdminPassword);
        application.Time.Advance(TimeSpan.FromMinutes(5));
        using HttpResponseMessage later = await SignInAsync(browser, Bootstrap.AdminName, RecOpsApplication.AdminPassword);

        Assert.Equal(LockedOut, locked.StatusCode);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task SignIn_CookieOfAnotherPersonsBrowser_IsAStranger()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(ManyAttempts);
        await application.CreateClientAsync("anna", Role.Viewer);
        using HttpClient browser = application.CreateStranger();
        string cookie = BrowserCookie(await SignInAsync(browser, Bootstrap.AdminName, RecOpsApplication.AdminPassword));

        // Renamed to the other person's cookie, which it says nothing about.
        PersonPassword reset = await (
            await application.CreateClient().PostAsync(Routes.PasswordOf("anna"), null, TestContext.Current.CancellationToken)
        ).ReadAsync<PersonPassword>();
        using HttpResponseMessage annas = await SignInAsync(application.CreateStranger(), "anna", reset.Password);
        browser.DefaultRequestHeaders.Add("Cookie", $"{BrowserCookie(annas).Split('=')[0]}={cookie.Split('=')[1]}");
        for (int i = 0; i < 5; i++)
            (await SignInAsync(application.CreateStranger(), "anna", "not this one")).Dispose();

        using HttpResponseMessage answer = await SignInAsync(browser, "anna", reset.Password);

        Assert.Equal(LockedOut, answer.StatusCode);
    }

    [Fact]
    public async Task SignIn_NameThatNobodyHas_IsLockedLikeAnyOther()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(ManyAttempts);
        using HttpClient stranger = application.CreateStranger();
        var statuses = new List<HttpStatusCode>();
        for (int i = 0; i < 6; i++)
            statuses.Add((await SignInAsync(stranger, i % 2 == 0 ? "nobody-here" : "Nobody-Here", "some password")).StatusCode);

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.Unauthorized, 4), LockedOut, LockedOut], statuses);
    }

    [Theory]
    [InlineData("a\uffff\ufffe")]
    [InlineData("a\0b")]
    [InlineData("257")]
    public async Task SignIn_NameThatNobodyCanHave_IsRefusedAndNotKept(string name)
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(ManyAttempts);
        string user = name == "257" ? new string('a', 257) : name;

        using HttpResponseMessage answer = await SignInAsync(application.CreateStranger(), user, "some password");
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["user"] = user, ["password"] = "some password" });
        using HttpResponseMessage page = await application
            .CreateStranger()
            .PostAsync(Routes.SignIn, form, TestContext.Current.CancellationToken);

        await answer.ExpectFieldsAsync("user");
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
    }

    [Fact]
    public async Task SignIn_LongestNameThatEndsInHalfACharacter_IsInTheAuditLogWithoutThat()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(ManyAttempts);
        await using AsyncServiceScope scope = application.Services.CreateAsyncScope();
        AuditEntry entry = scope
            .ServiceProvider.GetRequiredService<AuditLog>()
            .EntryOf(AuditAction.SignInFailed, new string('a', 255) + "😀");

        Assert.Equal(new string('a', 255), entry.Subject);
    }

    [Fact]
    public async Task ResetLink_GuessingGoesOn_LetsTheAdministratorIn()
    {
        using var data = new TempDirectory();
        await (await RecOpsApplication.StartAsync(new() { ["Data:Directory"] = data.Path })).DisposeAsync();
        Dictionary<string, string?> settings = new(ManyAttempts)
        {
            ["Data:Directory"] = data.Path,
            ["Bootstrap:AdminPassword"] = "",
            ["Bootstrap:ResetAdmin"] = "true",
        };
        using var output = new StringWriter();
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            settings,
            services =>
                services.AddSingleton(provider =>
                {
                    FirstStartNotice notice = ActivatorUtilities.CreateInstance<FirstStartNotice>(provider);
                    notice.Output = output;
                    return notice;
                }),
            signIn: false
        );
        await Waiting.UntilAsync(() => output.ToString().Length > 0);
        string link = Regex.Match(output.ToString(), @"/signin\?browser=[^\s│]+").Value;
        string password = Regex.Match(output.ToString(), "password ([a-z0-9]{16})").Groups[1].Value;
        using HttpClient stranger = application.CreateStranger();
        for (int i = 0; i < 6; i++)
            (await SignInAsync(stranger, Bootstrap.AdminName, "not this one")).Dispose();
        using HttpClient admin = application.CreateStranger();

        using HttpResponseMessage opened = await admin.GetAsync(link, TestContext.Current.CancellationToken);
        admin.DefaultRequestHeaders.Add("Cookie", BrowserCookie(opened));
        using HttpResponseMessage answer = await SignInAsync(admin, Bootstrap.AdminName, password);
        using HttpResponseMessage forged = await stranger.GetAsync(
            $"{Routes.SignIn}?browser=forged",
            TestContext.Current.CancellationToken
        );

        Assert.Equal($"{Routes.SignIn}?ended={SessionEnd.Remembered}", opened.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        Assert.False(forged.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::7", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    public async Task SignIn_AddressesOfOneNetwork_CountAsOne(string first, string second, bool isOne)
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["RateLimits:SignInsPerMinute"] = "2" });
        for (int i = 0; i < 2; i++)
            await SignInFromAsync(application, first);

        Assert.Equal(
            isOne ? StatusCodes.Status429TooManyRequests : StatusCodes.Status401Unauthorized,
            await SignInFromAsync(application, second)
        );
    }

    [Fact]
    public async Task SignInPage_TooOftenFromOneAddress_SaysSoOnThePage()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["RateLimits:SignInsPerMinute"] = "1" });
        using HttpClient stranger = application.CreateStranger();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["user"] = "anna", ["password"] = "some password" });

        using HttpResponseMessage answer = await stranger.PostAsync(Routes.SignIn, form, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Contains(
            SignInPage.TooOften,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task SignIn_MoreAtOnceThanThereArePlaces_OthersAreAskedToComeBackAndKnownBrowsersAreNot()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["RateLimits:SignInsPerMinute"] = "10000" });
        using HttpClient stranger = application.CreateStranger();
        using HttpClient owner = application.CreateStranger();
        owner.DefaultRequestHeaders.Add(
            "Cookie",
            BrowserCookie(await SignInAsync(owner, Bootstrap.AdminName, RecOpsApplication.AdminPassword))
        );

        Task<HttpResponseMessage>[] guesses =
        [
            .. Enumerable.Range(0, 3 * SignInGate.MostUnderway).Select(i => SignInAsync(stranger, $"guess{i}", "some password")),
        ];
        using HttpResponseMessage owners = await SignInAsync(owner, Bootstrap.AdminName, RecOpsApplication.AdminPassword);
        Assert.Equal(HttpStatusCode.OK, owners.StatusCode);

        // Not all: attempts with a place are checked one by one, whenever the machine is idle.
        var answers = new Dictionary<HttpStatusCode, TimeSpan?>();
        await foreach (Task<HttpResponseMessage> guess in Task.WhenEach(guesses))
        {
            using HttpResponseMessage answer = await guess;
            answers[answer.StatusCode] = answer.Headers.RetryAfter?.Delta;
            if (answers.Count == 2)
                break;
        }

        stranger.CancelPendingRequests();
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.ServiceUnavailable], answers.Keys.Order());
        Assert.True(answers[HttpStatusCode.ServiceUnavailable] > TimeSpan.Zero);
    }

    [Fact]
    public async Task ChangePassword_WrongFiveTimes_NoMoreAreLookedAt()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient anna = await application.CreateClientAsync("anna", Role.Viewer);
        HttpStatusCode last = default;
        for (int i = 0; i < 6; i++)
        {
            using HttpResponseMessage answer = await anna.PutAsJsonAsync(
                Routes.SessionPassword,
                new PasswordChange { Current = $"wrong {i}", New = "a longer password" },
                RecOpsApplication.Json,
                TestContext.Current.CancellationToken
            );
            last = answer.StatusCode;
        }

        Assert.Equal(LockedOut, last);
    }

    [Theory]
    [InlineData("127.0.0.1", null, true)]
    [InlineData("::1", null, true)]
    [InlineData("203.0.113.7", null, false)]
    [InlineData("127.0.0.1", "X-Forwarded-For", false)]
    [InlineData("127.0.0.1", "Forwarded", false)]
    [InlineData("::1", "Via", false)]
    [InlineData("127.0.0.1", "X-Real-IP", false)]
    public async Task Metrics_NoKey_OnlyFromTheMachineItselfAndThroughNoProxy(string address, string? header, bool isAnswered)
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();

        HttpContext answer = await application.SendAsync(context =>
        {
            (context.Request.Method, context.Request.Path, context.Request.Host, context.Connection.RemoteIpAddress) = (
                HttpMethods.Get,
                Routes.Metrics,
                new HostString("localhost"),
                IPAddress.Parse(address)
            );
            if (header is not null)
                context.Request.Headers[header] = "203.0.113.9";
        });

        Assert.Equal(isAnswered ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized, answer.Response.StatusCode);
    }

    private static async Task<int> SignInFromAsync(RecOpsApplication application, string address)
    {
        HttpContext answer = await application.SendAsync(context =>
        {
            (context.Request.Method, context.Request.Path, context.Request.Host, context.Connection.RemoteIpAddress) = (
                HttpMethods.Post,
                Routes.Session,
                new HostString("localhost"),
                IPAddress.Parse(address)
            );
            byte[] body = """{"user":"anna","password":"some password"}"""u8.ToArray();
            (context.Request.ContentType, context.Request.ContentLength, context.Request.Body) = (
                "application/json",
                body.Length,
                new MemoryStream(body)
            );
            context.Features.Set<IHttpRequestBodyDetectionFeature>(new WithBody());
        });
        return answer.Response.StatusCode;
    }

    private static string BrowserCookie(HttpResponseMessage answer) =>
        answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("recops-browser-", StringComparison.Ordinal)).Split(';')[
            0
        ];

    private static Task<HttpResponseMessage> SignInAsync(HttpClient client, string user, string password) =>
        client.PostAsJsonAsync(
            Routes.Session,
            new SignInRequest { User = user, Password = password },
            RecOpsApplication.Json,
            TestContext.Current.CancellationToken
        );

    private sealed class WithBody : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => true;
    }
}
