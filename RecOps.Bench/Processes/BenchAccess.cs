using System.Net.Http.Json;
using RecOps.Server.Security;
using RecOps.Shared;
using RecOps.Shared.Security;

namespace RecOps.Bench.Processes;

/// <summary>What servers under test are started with, so that the load generator and the suites are let in as anyone would be.</summary>
internal static class BenchAccess
{
    public const string Key = "rk_load-generator-of-the-benchmarks";

    /// <summary>The line of a request's head that shows the key.</summary>
    public const string KeyLine = $"{StorefrontGate.Header}: {Key}\r\n";

    private const string Password = "password-of-the-benchmarks";

    /// <summary>Limits are counted as always and never reached.</summary>
    public static readonly Dictionary<string, string> Settings = new()
    {
        ["Bootstrap__StorefrontKey"] = Key,
        ["Bootstrap__AdminPassword"] = Password,
        ["RateLimits__RequestsPerSecond"] = "1000000",
    };

    /// <summary>Has a client show the cookie of somebody who may do everything.</summary>
    /// <exception cref="HttpRequestException">It was not let in.</exception>
    public static async Task SignInAsync(HttpClient http, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync(
            Routes.Session,
            new SignInRequest { User = Bootstrap.AdminName, Password = Password },
            cancellation
        );
        answer.EnsureSuccessStatusCode();
    }
}
