using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using RecOps.Server.Hosting;
using RecOps.Server.Storage;
using RecOps.Shared;

namespace RecOps.Server.Security;

/// <summary>The cookie that says who is signed in.</summary>
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

    /// <summary>Programs are told the status; people get the page to sign in on, and from there back to where they wanted to go.</summary>
    private static Task AskAsync(HttpContext context, int status)
    {
        if (status == StatusCodes.Status401Unauthorized && ConsoleFiles.IsPage(context))
        {
            string wanted = context.Request.Path + context.Request.QueryString;
            context.Response.Redirect(wanted == "/" ? Routes.SignIn : $"{Routes.SignIn}?returnUrl={Uri.EscapeDataString(wanted)}");
        }
        else
        {
            context.Response.StatusCode = status;
        }

        return Task.CompletedTask;
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        try
        {
            await SecurityStampValidator.ValidatePrincipalAsync(context);
        }
        catch (InvalidOperationException) when (context.Principal is null)
        {
            // It was refused. The framework then signs them out of remembered second factors too, for which there is no cookie here.
        }
        catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
        {
            // Without its database nobody can be asked; who was signed in stays so, and can look and turn the kill switch.
        }
    }
}
