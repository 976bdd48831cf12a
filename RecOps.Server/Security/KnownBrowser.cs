using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using RecOps.Shared;

namespace RecOps.Server.Security;

/// <summary>
/// A cookie that says that somebody has signed in from a browser before. It lets nobody in; wrong passwords from there are counted by
/// themselves, so that whoever tries passwords from elsewhere can lock a name but not its owner out (OWASP, "Slow Down Online Guessing
/// Attacks with Device Cookies").
/// </summary>
internal sealed class KnownBrowser(IDataProtectionProvider protection)
{
    private const int IdBytes = 12;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(180);
    private static readonly TimeSpan LinkLifetime = TimeSpan.FromHours(1);
    private readonly ITimeLimitedDataProtector _cookies = protection.CreateProtector("RecOps.KnownBrowser").ToTimeLimitedDataProtector();
    private readonly ITimeLimitedDataProtector _links = protection.CreateProtector("RecOps.KnownBrowser.Link").ToTimeLimitedDataProtector();

    /// <summary>The browser's id if this person has signed in from it before; null for any other.</summary>
    public string? Find(HttpContext context, Person person) =>
        context.Request.Cookies[NameOf(person.Id)] is { Length: > 0 } shown
        && TryRead(_cookies, shown) is [{ } owner, { } browser]
        && owner == person.Id
            ? browser
            : null;

    /// <summary>Has the browser known from now on as one that this person signs in from.</summary>
    /// <param name="browser">Its id if it was known before.</param>
    public void Remember(HttpContext context, string personId, string? browser = null)
    {
        browser ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        context.Response.Cookies.Append(
            NameOf(personId),
            _cookies.Protect($"{personId}|{browser}", Lifetime),
            new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = context.Request.IsHttps,
                MaxAge = Lifetime,
                IsEssential = true,
                Path = context.Request.PathBase.HasValue ? context.Request.PathBase.ToUriComponent() : "/",
            }
        );
    }

    /// <summary>A link that makes the browser that opens it known, for an hour: for whoever is locked out and runs the server.</summary>
    public string LinkFor(Person person) =>
        $"{Routes.SignIn}?browser={Uri.EscapeDataString(_links.Protect($"{person.Id}|link", LinkLifetime))}";

    /// <summary>Makes the browser known that opened a link.</summary>
    /// <returns>False for a link that is not one of this server's, or too old.</returns>
    public bool TryRemember(HttpContext context, string link)
    {
        if (TryRead(_links, link) is not [{ } person, _])
            return false;

        // One id for all that open it, so that they share one count of wrong passwords.
        Remember(context, person, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(link)).AsSpan(0, IdBytes)));
        return true;
    }

    private static string[]? TryRead(ITimeLimitedDataProtector protector, string shown)
    {
        try
        {
            return protector.Unprotect(shown).Split('|');
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            return null;
        }
    }

    /// <summary>One for each person: several may use one browser.</summary>
    private static string NameOf(string personId) =>
        $"recops-browser-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(personId)).AsSpan(0, 4))}";
}
