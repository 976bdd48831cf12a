using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Security;

namespace RecOps.Server.Security.Sessions;

/// <summary>The session cookie of the console.</summary>
internal static class ConsoleCookie
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "recops";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = Lifetime;
        options.SlidingExpiration = true;
        options.Events.OnRedirectToLogin = context => AskAsync(context.HttpContext, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => AskAsync(context.HttpContext, StatusCodes.Status403Forbidden);
        options.Events.OnValidatePrincipal = ValidateAsync;
    }

    /// <summary>Programs get the status; people get the sign-in page, which returns them to the page they wanted.</summary>
    private static Task AskAsync(HttpContext context, int status)
    {
        if (status == StatusCodes.Status401Unauthorized && ConsoleFiles.IsPage(context))
        {
            string wanted = context.Request.Path + context.Request.QueryString;
            string why = SessionEnd.Of(context) is { } end ? $"&ended={end}" : "";
            string signIn = context.Request.PublicPath(Routes.SignIn);
            context.Response.Redirect(
                wanted == "/" && why.Length == 0 ? signIn : $"{signIn}?returnUrl={Uri.EscapeDataString(wanted)}{why}"
            );
        }
        else
        {
            context.Response.StatusCode = status;
            if (SessionEnd.Of(context) is { } end)
                context.Response.Headers[SessionEnding.Header] = end;
        }

        return Task.CompletedTask;
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        ClaimsPrincipal? before = context.Principal;
        try
        {
            await SecurityStampValidator.ValidatePrincipalAsync(context);
        }
        catch (InvalidOperationException) when (context.Principal is null)
        {
            // The session was refused. The framework would then also sign out of remembered second factors, which have no cookie here.
        }
        catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
        {
            // Without the database nobody can be looked up. People stay signed in: they can read pages and use the kill switch.
            return;
        }

        if (context.Principal is null && before is not null)
            await SessionEnd.FindOutAsync(context.HttpContext, before);
    }
}
