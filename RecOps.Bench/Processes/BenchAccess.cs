using System.Net.Http.Json;
using RecOps.Server.Security;
using RecOps.Server.Security.Keys;
using RecOps.Server.Security.People;
using RecOps.Shared;
using RecOps.Shared.Security;

namespace RecOps.Bench.Processes;

/// <summary>Credentials for servers under test, so that the load generator and the suites authenticate like any client.</summary>
internal static class BenchAccess
{
    public const string Key = "rk_load-generator-of-the-benchmarks";

    /// <summary>The request header line with the key.</summary>
    public const string KeyLine = $"{StorefrontGate.Header}: {Key}\r\n";

    private const string Password = "password-of-the-benchmarks";

    /// <summary>Rate limits stay on, but are never reached.</summary>
    public static readonly Dictionary<string, string> Settings = new()
    {
        ["Bootstrap__StorefrontKey"] = Key,
        ["Bootstrap__AdminPassword"] = Password,
        ["RateLimits__RequestsPerSecond"] = "1000000",
    };

    /// <summary>Signs a client in as the administrator.</summary>
    /// <exception cref="HttpRequestException">The sign-in failed.</exception>
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
