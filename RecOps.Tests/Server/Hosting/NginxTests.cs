using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using RecOps.Server.Security.Keys;
using RecOps.Server.Security.People;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Security;
using RecOps.Tests.Browser;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

/// <summary>Behind a proxy on the same machine that terminates TLS.</summary>
public sealed class NginxTests
{
    [Fact]
    public async Task Calls_ThroughNginx_AreAsWithoutAndAsFromOutside()
    {
        NginxServer.ProgramOrSkip();
        using var data = new TempDirectory();
        await TestBundle.WriteAsync(data.At("models"), new());
        await using ServerProcess server = await ServerProcess.StartAsync(
            data.At("data"),
            data.At("models"),
            ("Models__Active", TestBundle.Name),
            ("Demo__Traffic", "false"),
            ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true"),
            ("Hosting__PathBase", "/recops")
        );
        await using NginxServer nginx = await NginxServer.StartAsync(server.Address);
        using HttpClient program = new() { BaseAddress = nginx.Address };
        program.DefaultRequestHeaders.Add(StorefrontGate.Header, ServerProcess.ApiKey);
        using HttpClient browser = new() { BaseAddress = nginx.Address };

        Assert.Equal(
            "shop/42",
            (
                await program.GetFromJsonAsync<RecommendationResponse>(
                    Routes.RecommendationsFor("shop/42"),
                    RecOpsApplication.Json,
                    Cancellation
                )
            )!.UserId
        );

        // Callers through it are not local, though its connection is.
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync(Routes.Metrics, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync(Routes.Metrics, Cancellation)).StatusCode);
        using var head = new HttpRequestMessage(HttpMethod.Head, Routes.Ready);
        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(head, Cancellation)).StatusCode);

        // A server is ready before its database is.
        HttpResponseMessage session = null!;
        await Waiting.UntilAsync(async () =>
        {
            session = await browser.PostAsJsonAsync(
                Routes.Session,
                new SignInRequest { User = Bootstrap.AdminName, Password = ServerProcess.AdminPassword },
                RecOpsApplication.Json,
                Cancellation
            );
            return session.IsSuccessStatusCode;
        });
        Assert.All(
            session.Headers.GetValues("Set-Cookie"),
            cookie => Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase)
        );
        browser.DefaultRequestHeaders.Add("Cookie", session.Headers.GetValues("Set-Cookie").First().Split(';')[0]);
        await ExpectSecondsAsync(browser, Routes.TelemetryStream, 2);

        await ExpectAllBelowAsync(nginx.LeftOn, "shop/42");

        // nginx decodes a path when it strips the base path: the id's slash then becomes a separator.
        await ExpectAllBelowAsync(nginx.TakenOff, "shop-42");

        // Probes call the server directly.
        using HttpClient probe = new() { BaseAddress = server.Address };
        Assert.Equal(HttpStatusCode.OK, (await probe.GetAsync(Routes.Ready, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await probe.GetAsync(Routes.Live, Cancellation)).StatusCode);
    }

    /// <summary>Signs in under a base path, and checks everything that could lead out of it.</summary>
    /// <param name="user">User whose list is requested.</param>
    private static async Task ExpectAllBelowAsync(Uri address, string user)
    {
        string path = address.AbsolutePath;
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false };
        using HttpClient browser = new(handler) { BaseAddress = address };
        using HttpResponseMessage asked = await browser.GetAsync("alerts", Cancellation);
        Assert.Equal(
            (HttpStatusCode.Redirect, $"{path}signin?returnUrl=%2Falerts"),
            (asked.StatusCode, asked.Headers.Location?.OriginalString)
        );
        string page = await browser.GetStringAsync(asked.Headers.Location, Cancellation);
        Assert.Contains($"<base href=\"{path}\">", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?:href|src|action)=\"/(?!" + path[1..] + ")", page);
        foreach (Match file in Regex.Matches(page, "<(?:link|script|img)[^>]*(?:href|src)=\"([^\"]+)\""))
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(file.Groups[1].Value, Cancellation)).StatusCode);

        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["user"] = Bootstrap.AdminName,
                ["password"] = ServerProcess.AdminPassword,
                ["returnUrl"] = "/alerts",
            }
        );
        using HttpResponseMessage signedIn = await browser.PostAsync("signin", form, Cancellation);
        Assert.Equal((HttpStatusCode.Redirect, $"{path}alerts"), (signedIn.StatusCode, signedIn.Headers.Location?.OriginalString));
        string[] cookies = [.. signedIn.Headers.GetValues("Set-Cookie")];
        Assert.All(cookies, cookie => Assert.Contains($"path={path.TrimEnd('/')};", cookie, StringComparison.Ordinal));
        Assert.All(cookies, cookie => Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase));
        browser.DefaultRequestHeaders.Add(
            "Cookie",
            cookies.Single(cookie => cookie.StartsWith("recops=", StringComparison.Ordinal)).Split(';')[0]
        );

        string console = await browser.GetStringAsync(signedIn.Headers.Location, Cancellation);
        Assert.Contains($"<base href=\"{path}\">", console, StringComparison.Ordinal);
        foreach (Match file in Regex.Matches(console, "<(?:link|script|img)[^>]*(?:href|src)=\"([^\"]+)\""))
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(file.Groups[1].Value, Cancellation)).StatusCode);

        using HttpResponseMessage created = await browser.PostAsJsonAsync(
            Routes.Relative(Routes.Keys),
            new NewApiKey { Name = path, Scopes = [Scope.Recommend] },
            RecOpsApplication.Json,
            Cancellation
        );
        ApiKeyCreated key = await created.ReadAsync<ApiKeyCreated>(HttpStatusCode.Created);
        using var request = new HttpRequestMessage(HttpMethod.Get, Routes.Relative(Routes.RecommendationsFor(user)));
        request.Headers.Add(StorefrontGate.Header, key.Secret);
        using HttpResponseMessage list = await browser.SendAsync(request, Cancellation);
        Assert.Equal(user, (await list.ReadAsync<RecommendationResponse>()).UserId);
        Assert.StartsWith(path, created.Headers.Location?.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.DeleteAsync(created.Headers.Location, Cancellation)).StatusCode);
        await ExpectSecondsAsync(browser, Routes.Relative(Routes.TelemetryStream), 1);
    }

    /// <summary>Seconds arrive one by one: nginx does not buffer them.</summary>
    private static async Task ExpectSecondsAsync(HttpClient browser, string path, int count)
    {
        using HttpResponseMessage stream = await browser.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(Cancellation));
        for (int seconds = 0; seconds < count; )
        {
            string line = (await lines.ReadLineAsync(Cancellation))!;
            if (line.StartsWith("data:", StringComparison.Ordinal))
                seconds++;
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
