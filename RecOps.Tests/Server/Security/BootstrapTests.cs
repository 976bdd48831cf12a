using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Security.Keys;
using RecOps.Server.Security.People;
using RecOps.Shared;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Server.Security;

public sealed class BootstrapTests
{
    [Fact]
    public async Task Start_FirstOfAll_PrintsAPasswordAndAKeyThatWorkAndLaterOnesPrintNothing()
    {
        using var data = new TempDirectory();
        Dictionary<string, string?> settings = new()
        {
            ["Data:Directory"] = data.Path,
            ["Bootstrap:AdminPassword"] = "",
            ["Bootstrap:StorefrontKey"] = "",
            ["Hosting:PathBase"] = "/recops",
        };
        string first;
        string cookie;
        await using (RecOpsApplication application = await StartAsync(settings))
        {
            first = await NoticeAsync(application);
            cookie = await application.SignInAsync(Bootstrap.AdminName, Regex.Match(first, "password ([a-z0-9]{16})").Groups[1].Value);
            Assert.Contains("/recops/v1/recommendations/u-000003\"", first, StringComparison.Ordinal);
            using HttpClient shop = application.CreateStranger();
            shop.DefaultRequestHeaders.Add(StorefrontGate.Header, Regex.Match(first, "rk_[\\w-]+").Value);
            Assert.Equal(
                HttpStatusCode.OK,
                (await shop.GetAsync(Routes.RecommendationsFor("u1"), TestContext.Current.CancellationToken)).StatusCode
            );
        }

        await using RecOpsApplication second = await StartAsync(settings);
        using HttpClient returning = second.CreateStranger();
        returning.DefaultRequestHeaders.Add("Cookie", cookie);

        // Sessions survive a restart: the cookie's keys are kept.
        Assert.Equal("admin", (await returning.GetAsync<SessionInfo>(Routes.Session)).User);
        Assert.Equal("", Output(second).ToString());
    }

    [Fact]
    public async Task Start_PasswordAndKeyGiven_NothingIsPrinted()
    {
        await using RecOpsApplication application = await StartAsync([]);

        await application.SignInAsync(Bootstrap.AdminName, RecOpsApplication.AdminPassword);

        Assert.Equal("", Output(application).ToString());
    }

    [Fact]
    public async Task Start_ResetAdmin_LetsInWhoLostThePassword()
    {
        using var data = new TempDirectory();
        await using (RecOpsApplication first = await RecOpsApplication.StartAsync(new() { ["Data:Directory"] = data.Path }))
        {
            // Disabled and without the role, by another administrator.
            HttpClient other = await first.CreateClientAsync("other", Role.Admin);
            using HttpResponseMessage changed = await other.PatchAsJsonAsync(
                Routes.PersonOf(Bootstrap.AdminName),
                new PersonUpdate { Roles = [Role.Viewer], Disabled = true },
                RecOpsApplication.Json,
                TestContext.Current.CancellationToken
            );
            Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        }

        await using RecOpsApplication second = await StartAsync(
            new()
            {
                ["Data:Directory"] = data.Path,
                ["Bootstrap:AdminPassword"] = "another password",
                ["Bootstrap:ResetAdmin"] = "true",
            }
        );

        using HttpClient admin = second.CreateStranger();
        admin.DefaultRequestHeaders.Add("Cookie", await second.SignInAsync(Bootstrap.AdminName, "another password"));
        Assert.Contains(Role.Admin, (await admin.GetAsync<SessionInfo>(Routes.Session)).Roles);
    }

    [Fact]
    public async Task Start_ResetAdminAfterAdminWasDeleted_MakesOneAnew()
    {
        using var data = new TempDirectory();
        await using (RecOpsApplication first = await RecOpsApplication.StartAsync(new() { ["Data:Directory"] = data.Path }))
        {
            HttpClient other = await first.CreateClientAsync("other", Role.Admin);
            Assert.Equal(
                HttpStatusCode.NoContent,
                (await other.DeleteAsync(Routes.PersonOf(Bootstrap.AdminName), TestContext.Current.CancellationToken)).StatusCode
            );
        }

        await using RecOpsApplication second = await StartAsync(
            new()
            {
                ["Data:Directory"] = data.Path,
                ["Bootstrap:AdminPassword"] = "another password",
                ["Bootstrap:ResetAdmin"] = "true",
            }
        );

        using HttpClient admin = second.CreateStranger();
        admin.DefaultRequestHeaders.Add("Cookie", await second.SignInAsync(Bootstrap.AdminName, "another password"));
        Assert.Contains(Role.Admin, (await admin.GetAsync<SessionInfo>(Routes.Session)).Roles);
    }

    [Fact]
    public async Task Start_RevokedKeyOfTheSettings_StaysRevoked()
    {
        using var data = new TempDirectory();
        Dictionary<string, string?> settings = new() { ["Data:Directory"] = data.Path };
        await using (RecOpsApplication first = await RecOpsApplication.StartAsync(settings))
        {
            HttpClient admin = first.CreateClient();
            ApiKeyInfo key = (await admin.GetAsync<ApiKeyList>(Routes.Keys)).Keys.Single();
            await (await admin.DeleteAsync(Routes.KeyOf(key.Id), TestContext.Current.CancellationToken)).ReadAsync<ApiKeyInfo>();
        }

        await using RecOpsApplication second = await RecOpsApplication.StartAsync(settings);
        using HttpClient shop = second.CreateStranger();
        shop.DefaultRequestHeaders.Add(StorefrontGate.Header, RecOpsApplication.ApiKey);

        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await shop.GetAsync(Routes.RecommendationsFor("u1"), TestContext.Current.CancellationToken)).StatusCode
        );
    }

    private static async Task<RecOpsApplication> StartAsync(Dictionary<string, string?> settings) =>
        await RecOpsApplication.StartAsync(
            settings,
            services =>
            {
                services.AddSingleton(new StringWriter());
                services.AddSingleton(provider =>
                {
                    FirstStartNotice notice = ActivatorUtilities.CreateInstance<FirstStartNotice>(provider);
                    notice.Output = provider.GetRequiredService<StringWriter>();
                    return notice;
                });
            },
            signIn: false
        );

    private static StringWriter Output(RecOpsApplication application) => application.Services.GetRequiredService<StringWriter>();

    private static async Task<string> NoticeAsync(RecOpsApplication application)
    {
        await Waiting.UntilAsync(() => Output(application).ToString().Length > 0);
        return Output(application).ToString();
    }
}
