using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Shared;
using RecOps.Shared.Security;
using RecOps.Tests.Server.Storage;
using Xunit;

namespace RecOps.Tests.Server.Security;

/// <summary>Sign-in with accounts of an identity provider: a real, minimal one on loopback.</summary>
public sealed class OidcTests
{
    [Fact]
    public async Task SignIn_AtTheProvider_BackWithTheRolesItGives()
    {
        await using IdentityProvider provider = await IdentityProvider.StartAsync();
        await using RecOpsApplication application = await StartAsync(provider);
        provider.Person = new("sub-1", "anna@example.com", [Role.Merchandiser, "something of theirs"]);

        HttpResponseMessage back = await SignInAsync(application, "/rules?state=on");
        SessionInfo session = await SessionAsync(application, back);
        Assert.Equal("/rules?state=on", back.Headers.Location?.OriginalString);
        Assert.Equal(("anna@example.com", false), (session.User, session.HasPassword));
        Assert.Equal([Role.Merchandiser], session.Roles);

        // Roles come from the provider at each sign-in; the person stays the same even if their address changes.
        provider.Person = new("sub-1", "anna.new@example.com", [Role.Operator]);
        SessionInfo again = await SessionAsync(application, await SignInAsync(application, "/"));
        Assert.Equal("anna@example.com", again.User);
        Assert.Equal([Role.Operator], again.Roles);
        HttpClient admin = application.CreateClient();
        PersonInfo person = (await admin.GetAsync<PersonList>(Routes.People)).People.Single(person => person.User == "anna@example.com");
        Assert.True(person.SignsInElsewhere);
        Assert.Equal(
            2,
            (await admin.GetAsync<AuditPage>($"{Routes.Audit}?actor=anna@example.com&action={AuditAction.SignedIn}")).Entries.Length
        );
    }

    [Fact]
    public async Task SignIn_UnderAPath_ThereAndBackWithinIt()
    {
        await using IdentityProvider provider = await IdentityProvider.StartAsync();
        await using RecOpsApplication application = await StartAsync(provider, new() { ["Hosting:PathBase"] = "/recops" });
        provider.Person = new("sub-1", "anna@example.com", [Role.Viewer]);

        HttpResponseMessage back = await SignInAsync(application, "/rules?state=on", "/recops");
        provider.Person = null;
        HttpResponseMessage refused = await SignInAsync(application, "/", "/recops");

        Assert.Equal("/recops/rules?state=on", back.Headers.Location?.OriginalString);
        Assert.Contains(
            back.Headers.GetValues("Set-Cookie"),
            cookie => cookie.StartsWith("recops=", StringComparison.Ordinal) && cookie.Contains("path=/recops;", StringComparison.Ordinal)
        );
        Assert.Equal("/recops/signin?failed=true", refused.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task SignIn_WithoutARole_NotLetInUnlessThereIsADefault()
    {
        await using IdentityProvider provider = await IdentityProvider.StartAsync();
        provider.Person = new("sub-1", "anna@example.com", []);
        await using (RecOpsApplication strict = await StartAsync(provider))
        {
            HttpResponseMessage refused = await SignInAsync(strict, "/");
            Assert.Equal("/signin?failed=true", refused.Headers.Location?.OriginalString);
            Assert.False(
                refused.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies)
                    && cookies.Any(cookie => cookie.StartsWith("recops=C", StringComparison.Ordinal))
            );
            string page = await strict.CreateStranger().GetStringAsync("/signin?failed=true", TestContext.Current.CancellationToken);
            Assert.Contains("whether it has a role here", page, StringComparison.Ordinal);
            Assert.Contains("Company account", page, StringComparison.Ordinal);
        }

        await using RecOpsApplication open = await StartAsync(provider, new() { ["Oidc:DefaultRole"] = Role.Viewer });
        Assert.Equal([Role.Viewer], (await SessionAsync(open, await SignInAsync(open, "/"))).Roles);
    }

    [Fact]
    public async Task SignIn_NameOfSomebodyWithAPassword_NotTakenOver()
    {
        await using IdentityProvider provider = await IdentityProvider.StartAsync();
        await using RecOpsApplication application = await StartAsync(provider);
        provider.Person = new("sub-2", "admin", [Role.Admin]);

        HttpResponseMessage refused = await SignInAsync(application, "/");

        Assert.Equal("/signin?failed=true", refused.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task SignIn_Disabled_NotLetIn()
    {
        await using IdentityProvider provider = await IdentityProvider.StartAsync();
        await using RecOpsApplication application = await StartAsync(provider);
        provider.Person = new("sub-1", "anna@example.com", [Role.Viewer]);
        await SessionAsync(application, await SignInAsync(application, "/"));
        using HttpResponseMessage disabled = await application
            .CreateClient()
            .PatchAsJsonAsync(
                Routes.PersonOf("anna@example.com"),
                new PersonUpdate { Disabled = true },
                RecOpsApplication.Json,
                TestContext.Current.CancellationToken
            );
        Assert.Equal(HttpStatusCode.OK, disabled.StatusCode);

        Assert.Equal("/signin?failed=true", (await SignInAsync(application, "/")).Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task SignIn_DatabaseIsReadOnly_LetInWithTheRolesOfBeforeAndNotWithOthers()
    {
        var faults = new DatabaseFaults();
        await using IdentityProvider provider = await IdentityProvider.StartAsync();
        await using RecOpsApplication application = await StartAsync(provider, swap: faults.Add);
        provider.Person = new("sub-1", "anna@example.com", [Role.Operator]);
        await SessionAsync(application, await SignInAsync(application, "/"));
        faults.IsReadOnly = true;

        SessionInfo again = await SessionAsync(application, await SignInAsync(application, "/"));
        provider.Person = new("sub-1", "anna@example.com", [Role.Admin]);
        HttpResponseMessage promoted = await SignInAsync(application, "/");
        provider.Person = new("sub-2", "ben@example.com", [Role.Operator]);
        HttpResponseMessage unknown = await SignInAsync(application, "/");

        Assert.Equal([Role.Operator], again.Roles);
        Assert.Equal("/signin?failed=true", promoted.Headers.Location?.OriginalString);
        Assert.Equal("/signin?failed=true", unknown.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task SignIn_ProviderSaysNo_BackOnThePageWithAReason()
    {
        await using IdentityProvider provider = await IdentityProvider.StartAsync();
        await using RecOpsApplication application = await StartAsync(provider);
        provider.Person = null;

        Assert.Equal("/signin?failed=true", (await SignInAsync(application, "/")).Headers.Location?.OriginalString);
    }

    private static Task<RecOpsApplication> StartAsync(
        IdentityProvider provider,
        Dictionary<string, string?>? more = null,
        Action<IServiceCollection>? swap = null
    )
    {
        Dictionary<string, string?> settings = new()
        {
            ["Oidc:Authority"] = provider.Address,
            ["Oidc:ClientId"] = IdentityProvider.ClientId,
            ["Oidc:ClientSecret"] = "secret",
            ["Oidc:Label"] = "Company account",
        };
        foreach ((string key, string? value) in more ?? [])
            settings[key] = value;
        return RecOpsApplication.StartAsync(settings, swap);
    }

    /// <summary>Follows redirects like a browser: to the provider, and back with its answer.</summary>
    /// <param name="path">Base path of the server.</param>
    internal static async Task<HttpResponseMessage> SignInAsync(RecOpsApplication application, string returnUrl, string path = "")
    {
        using HttpClient browser = application.CreateStranger();
        using HttpResponseMessage away = await browser.GetAsync(
            $"{path}{Routes.SignInElsewhere}?returnUrl={Uri.EscapeDataString(returnUrl)}",
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.Redirect, away.StatusCode);
        string[] cookies = [.. away.Headers.GetValues("Set-Cookie")];
        Assert.All(cookies, cookie => Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase));
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler);
        using HttpResponseMessage there = await http.GetAsync(away.Headers.Location, TestContext.Current.CancellationToken);
        Assert.Equal($"http://localhost{path}/signin/returned", there.Headers.Location?.GetLeftPart(UriPartial.Path));
        browser.DefaultRequestHeaders.Add("Cookie", string.Join("; ", cookies.Select(cookie => cookie.Split(';')[0])));
        return await browser.GetAsync(there.Headers.Location!.PathAndQuery, TestContext.Current.CancellationToken);
    }

    internal static async Task<SessionInfo> SessionAsync(RecOpsApplication application, HttpResponseMessage back)
    {
        Assert.Equal(HttpStatusCode.Redirect, back.StatusCode);
        using HttpClient browser = application.CreateStranger();
        browser.DefaultRequestHeaders.Add(
            "Cookie",
            back.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("recops=", StringComparison.Ordinal)).Split(';')[0]
        );
        return await browser.GetAsync<SessionInfo>(Routes.Session);
    }
}
