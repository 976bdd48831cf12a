using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Storage;
using RecOps.Shared;

namespace RecOps.Server.Security.Sessions;

/// <summary>The sign-in page: plain HTML without inline scripts, so that it works before the console is loaded.</summary>
internal static class SignInPage
{
    public const string Refused = "The name or the password is wrong.";
    public const string LockedOut =
        "Too many wrong passwords for this name. Try again in five minutes, or ask an administrator to unlock it.";
    public const string TooOften = "Too many sign-in attempts from your address. Try again in a minute.";
    public const string Busy = "Too many people are trying to sign in right now. Try again in a few seconds.";
    private const string LinkIsOld =
        "This link has expired or was not made by this server. Start the server with Bootstrap__ResetAdmin=true again to get another.";
    private const string EnterBoth = "Enter your name and your password.";
    private const string ElsewhereFailed =
        "Signing in with the other account did not work. Ask an administrator whether it has a role here.";

    public static IEndpointRouteBuilder MapSignInPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.SignIn, Get).AllowAnonymous();
        routes.MapPost(Routes.SignIn, PostAsync).AllowAnonymous().DisableAntiforgery();
        return routes;
    }

    /// <summary>The requested page if it is one of this server's, without the base path.</summary>
    public static string Local(string? returnUrl) =>
        returnUrl is ['/', ..]
        && !returnUrl.StartsWith("//", StringComparison.Ordinal)
        && !returnUrl.StartsWith("/\\", StringComparison.Ordinal)
        && !returnUrl.StartsWith(Routes.SignIn, StringComparison.Ordinal)
        && !returnUrl.Any(char.IsControl)
        && StaysBelow(returnUrl)
            ? Escape(returnUrl)
            : "/";

    /// <summary>Whether it stays below the base path, given how browsers resolve dots in addresses.</summary>
    private static bool StaysBelow(string url) =>
        Uri.TryCreate($"http://here/below{url}", UriKind.Absolute, out Uri? address)
        && address.AbsolutePath.StartsWith("/below/", StringComparison.Ordinal);

    /// <summary>Headers take ASCII only.</summary>
    private static string Escape(string url) =>
        Ascii.IsValid(url)
            ? url
            : string.Concat(url.EnumerateRunes().Select(rune => rune.IsAscii ? rune.ToString() : Uri.EscapeDataString(rune.ToString())));

    /// <summary>
    /// Browsers withhold the cookie from requests that follow a link on another site or return from an identity provider, since it is
    /// SameSite=Strict. A page on this site that redirects from there receives it.
    /// </summary>
    private static bool CameFromElsewhere(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site";

    /// <summary>The answer to an unreadable form, which no browser sends.</summary>
    public static IResult Unreadable(HttpRequest request) =>
        Page(request, "", null, EnterBoth, StatusCodes.Status400BadRequest, new OidcOptions());

    private static ContentHttpResult Again(HttpRequest request, string? returnUrl)
    {
        string target = Encode(request.PublicPath($"{Routes.SignIn}?returnUrl={Uri.EscapeDataString(Local(returnUrl))}"));
        return TypedResults.Content(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>RecOps</title><meta http-equiv="refresh" content="0; url={target}"></head>
            <body><a href="{target}">Go on to RecOps</a></body>
            </html>
            """,
            "text/html; charset=utf-8"
        );
    }

    private static IResult Get(
        string? returnUrl,
        string? failed,
        string? ended,
        string? browser,
        HttpContext context,
        KnownBrowser browsers,
        IOptions<OidcOptions> oidc
    )
    {
        if (browser is not null)
        {
            return browsers.TryRemember(context, browser)
                ? Results.LocalRedirect(context.Request.PublicPath($"{Routes.SignIn}?ended={SessionEnd.Remembered}"))
                : Page(context.Request, "", returnUrl, LinkIsOld, StatusCodes.Status400BadRequest, oidc.Value);
        }

        if (context.User.Identity?.IsAuthenticated == true)
            return Results.LocalRedirect(context.Request.PublicPath(Local(returnUrl)));
        return failed is null && CameFromElsewhere(context.Request)
            ? Again(context.Request, returnUrl)
            : Page(
                context.Request,
                "",
                returnUrl,
                failed is not null ? ElsewhereFailed : SessionEnd.Describe(ended),
                StatusCodes.Status200OK,
                oidc.Value,
                isFault: failed is not null
            );
    }

    private static async Task<IResult> PostAsync(
        [FromForm] string? user,
        [FromForm] string? password,
        [FromForm] string? returnUrl,
        SignIn signIn,
        DatabaseState database,
        IOptions<OidcOptions> oidc,
        HttpContext context
    )
    {
        HttpRequest request = context.Request;
        if (user is not { Length: > 0 } || !SignIn.CanBeName(user) || password is not { Length: > 0 and <= SignIn.MostLetters })
            return Page(request, user ?? "", returnUrl, EnterBoth, StatusCodes.Status400BadRequest, oidc.Value);
        if (!database.Ready.IsCompleted)
            return Page(
                request,
                user,
                returnUrl,
                $"Sign-in is not available yet. {database.Trouble}",
                StatusCodes.Status503ServiceUnavailable,
                oidc.Value
            );
        SignInResult result = await signIn.TryAsync(user, password);
        if (result.RetryAfter > TimeSpan.Zero)
            context.Response.Headers.RetryAfter = result.RetryAfterSeconds;
        return result.End switch
        {
            SignInEnd.SignedIn => Results.LocalRedirect(request.PublicPath(Local(returnUrl))),
            SignInEnd.LockedOut => Page(request, user, returnUrl, LockedOut, StatusCodes.Status423Locked, oidc.Value),
            SignInEnd.TooOften => Page(request, user, returnUrl, TooOften, StatusCodes.Status429TooManyRequests, oidc.Value),
            SignInEnd.Busy => Page(request, user, returnUrl, Busy, StatusCodes.Status503ServiceUnavailable, oidc.Value),
            _ => Page(request, user, returnUrl, Refused, StatusCodes.Status401Unauthorized, oidc.Value),
        };
    }

    private static ContentHttpResult Page(
        HttpRequest request,
        string user,
        string? returnUrl,
        string? problem,
        int status,
        OidcOptions oidc,
        bool isFault = true
    )
    {
        string target = Encode(Local(returnUrl));
        string warning = problem is null ? "" : $"""<p class="{(isFault ? "problem" : "info")}" role="alert">{Encode(problem)}</p>""";
        string elsewherePath = $"{Routes.Relative(Routes.SignInElsewhere)}?returnUrl={Uri.EscapeDataString(Local(returnUrl))}";
        string elsewhere = oidc.IsOn
            ? $"""<p class="or"><span>or</span></p><a class="button" href="{elsewherePath}">{Encode(oidc.Label)}</a>"""
            : "";
        string nameFocus = user.Length == 0 ? " autofocus" : "";
        string passwordFocus = user.Length == 0 ? "" : " autofocus";
        return TypedResults.Content(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>Sign in · RecOps</title>
              <base href="{Encode(request.PublicPath("/"))}">
              <script src="js/theme.js"></script>
              <link rel="icon" href="favicon.svg" type="image/svg+xml">
              <link rel="stylesheet" href="css/theme.css">
              <link rel="stylesheet" href="css/signin.css">
            </head>
            <body>
              <main class="signin">
                <h1><img src="favicon.svg" width="28" height="28" alt="">RecOps</h1>
                {warning}
                <form method="post" action="{Routes.Relative(Routes.SignIn)}">
                  <input type="hidden" name="returnUrl" value="{target}">
                  <label for="user">Name</label>
                  <input id="user" name="user" value="{Encode(
                user
            )}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="256" required{nameFocus}>
                  <label for="password">Password</label>
                  <input id="password" name="password" type="password" autocomplete="current-password" maxlength="256"
                   required{passwordFocus}>
                  <button type="submit">Sign in</button>
                </form>
                {elsewhere}
              </main>
            </body>
            </html>
            """,
            "text/html; charset=utf-8",
            statusCode: status
        );
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
