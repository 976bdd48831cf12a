using System.Net;
using System.Net.Http.Json;
using RecOps.Server.Security;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Security;
using RecOps.Tests.Browser;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

/// <summary>Through a proxy on the same machine that ends TLS.</summary>
public sealed class NginxTests
{
    [Fact]
    public async Task Calls_ThroughNginx_AreAsWithoutAndAsFromOutside()
    {
        using var data = new TempDirectory();
        await TestBundle.WriteAsync(data.At("models"), new());
        await using ServerProcess server = await ServerProcess.StartAsync(
            data.At("data"), data.At("models"), ("Models__Active", TestBundle.Name), ("Demo__Traffic", "false"), ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true"));
        await using NginxServer nginx = await NginxServer.StartAsync(server.Address);
        using HttpClient program = new() { BaseAddress = nginx.Address };
        program.DefaultRequestHeaders.Add(StorefrontGate.Header, ServerProcess.ApiKey);
        using HttpClient browser = new() { BaseAddress = nginx.Address };

        Assert.Equal("shop/42", (await program.GetFromJsonAsync<RecommendationResponse>(Routes.RecommendationsFor("shop/42"), RecOpsApplication.Json, Cancellation))!.UserId);

        // Whoever comes through it is not on the machine, though its connection is.
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync(Routes.Metrics, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync(Routes.Metrics, Cancellation)).StatusCode);
        using var head = new HttpRequestMessage(HttpMethod.Head, Routes.Ready);
        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(head, Cancellation)).StatusCode);

        // A server is ready before its database is.
        HttpResponseMessage session = null!;
        await Waiting.UntilAsync(async () =>
        {
            session = await browser.PostAsJsonAsync(
                Routes.Session, new SignInRequest { User = Bootstrap.AdminName, Password = ServerProcess.AdminPassword }, RecOpsApplication.Json, Cancellation);
            return session.IsSuccessStatusCode;
        });
        Assert.All(session.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase));
        browser.DefaultRequestHeaders.Add("Cookie", session.Headers.GetValues("Set-Cookie").First().Split(';')[0]);

        // Seconds come one by one: it keeps none back until it has a bufferful.
        using HttpResponseMessage stream = await browser.GetAsync(Routes.TelemetryStream, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(Cancellation));
        for (int seconds = 0; seconds < 2;)
        {
            string line = (await lines.ReadLineAsync(Cancellation))!;
            if (line.StartsWith("data:", StringComparison.Ordinal)) seconds++;
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
