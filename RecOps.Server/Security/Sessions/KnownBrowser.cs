using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using RecOps.Server.Security.People;
using RecOps.Shared;

namespace RecOps.Server.Security.Sessions;

/// <summary>
/// A cookie that marks a browser from which a person has signed in before. It grants no access. Wrong passwords from such a browser are
/// counted separately, so an attacker elsewhere can lock the name but not lock out its owner (OWASP, "Slow Down Online Guessing Attacks
/// with Device Cookies").
/// </summary>
internal sealed class KnownBrowser(IDataProtectionProvider protection)
{
    private const int IdBytes = 12;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(180);
    private static readonly TimeSpan LinkLifetime = TimeSpan.FromHours(1);
    private readonly ITimeLimitedDataProtector _cookies = protection.CreateProtector("RecOps.KnownBrowser").ToTimeLimitedDataProtector();
    private readonly ITimeLimitedDataProtector _links = protection.CreateProtector("RecOps.KnownBrowser.Link").ToTimeLimitedDataProtector();

    /// <summary>The browser's id if this person has signed in from it before; null otherwise.</summary>
    public string? Find(HttpContext context, Person person) =>
        context.Request.Cookies[NameOf(person.Id)] is { Length: > 0 } shown
        && TryRead(_cookies, shown) is [{ } owner, { } browser]
        && owner == person.Id
            ? browser
            : null;

    /// <summary>Marks the browser as one that this person signs in from.</summary>
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

    /// <summary>
    /// A link that marks the browser that opens it as known, valid for an hour: for a locked-out person who runs the server.
    /// </summary>
    public string LinkFor(Person person) =>
        $"{Routes.SignIn}?browser={Uri.EscapeDataString(_links.Protect($"{person.Id}|link", LinkLifetime))}";

    /// <summary>Marks the browser that opened a link as known.</summary>
    /// <returns>False for a link that this server did not make, or that is too old.</returns>
    public bool TryRemember(HttpContext context, string link)
    {
        if (TryRead(_links, link) is not [{ } person, _])
            return false;

        // One id for all browsers that open it, so that they share one count of wrong passwords.
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

    /// <summary>One per person: several people may use one browser.</summary>
    private static string NameOf(string personId) =>
        $"recops-browser-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(personId)).AsSpan(0, 4))}";
}
