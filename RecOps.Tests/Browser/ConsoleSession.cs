using System.Net;
using System.Net.Http.Json;
using Microsoft.Playwright;
using RecOps.Server.Security.People;
using RecOps.Shared;
using RecOps.Shared.Security;
using Cookie = Microsoft.Playwright.Cookie;

namespace RecOps.Tests.Browser;

/// <summary>The cookie from signing in, for a new window.</summary>
internal static class ConsoleSession
{
    /// <summary>Attempts to sign in are limited.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static Task<Cookie> OfAdminAsync(Uri address) => SignInAsync(address, Bootstrap.AdminName, ServerProcess.AdminPassword);

    public static async Task<Cookie> SignInAsync(Uri address, string user, string password)
    {
        CookieContainer cookies = new();
        using HttpClientHandler handler = new() { CookieContainer = cookies };
        using HttpClient http = new(handler) { BaseAddress = address };

        // Lists are answered before the database is ready.
        await Waiting.UntilAsync(
            async () =>
            {
                using HttpResponseMessage answer = await http.PostAsJsonAsync(
                    Routes.Session,
                    new SignInRequest { User = user, Password = password }
                );
                if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                    return false;

                answer.EnsureSuccessStatusCode();
                return true;
            },
            Pause
        );
        System.Net.Cookie cookie = cookies.GetCookies(address)[0];
        return new()
        {
            Name = cookie.Name,
            Value = cookie.Value,
            Url = address.ToString(),
            SameSite = SameSiteAttribute.Strict,
        };
    }
}
