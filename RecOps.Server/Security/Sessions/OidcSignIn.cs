using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Replication;
using RecOps.Server.Security.Audit;
using RecOps.Server.Security.People;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Security;

namespace RecOps.Server.Security.Sessions;

/// <summary>Signs in people through an identity provider, which decides their roles anew at each sign-in.</summary>
internal static class OidcSignIn
{
    public const string Scheme = "oidc";

    public static AuthenticationBuilder AddOidc(this AuthenticationBuilder builder, IConfiguration configuration)
    {
        OidcOptions oidc = configuration.GetSection(OidcOptions.Section).Get<OidcOptions>() ?? new OidcOptions();
        if (!oidc.IsOn || string.IsNullOrEmpty(oidc.ClientId))
            return builder;
        return builder.AddOpenIdConnect(
            Scheme,
            options =>
            {
                options.Authority = oidc.Authority;
                options.ClientId = oidc.ClientId;
                options.ClientSecret = oidc.ClientSecret;
                options.RequireHttpsMetadata = !(
                    Uri.TryCreate(oidc.Authority, UriKind.Absolute, out Uri? authority) && authority.IsLoopback
                );
                options.ResponseType = "code";
                options.ResponseMode = "query";

                // The callback is a plain navigation, for which lax cookies are sent; others would need HTTPS on loopback too.
                options.CorrelationCookie.SameSite = options.NonceCookie.SameSite = SameSiteMode.Lax;
                options.CallbackPath = "/signin/returned";
                options.SignInScheme = IdentityConstants.ApplicationScheme;
                options.MapInboundClaims = false;
                options.GetClaimsFromUserInfoEndpoint = true;
                options.ClaimActions.MapJsonKey(oidc.RoleClaim, oidc.RoleClaim);
                options.Scope.Add("email");
                options.SaveTokens = false;
                options.Events.OnTicketReceived = LetInAsync;
                options.Events.OnRemoteFailure = context =>
                {
                    context.Response.Redirect(context.Request.PublicPath($"{Routes.SignIn}?failed=true"));
                    context.HandleResponse();
                    return Task.CompletedTask;
                };
            }
        );
    }

    public static IEndpointRouteBuilder MapOidcSignIn(this IEndpointRouteBuilder routes)
    {
        if (!routes.ServiceProvider.GetRequiredService<IOptions<OidcOptions>>().Value.IsOn)
            return routes;
        routes
            .MapGet(
                Routes.SignInElsewhere,
                (string? returnUrl, HttpRequest request) =>
                    TypedResults.Challenge(
                        new AuthenticationProperties { RedirectUri = request.PublicPath(SignInPage.Local(returnUrl)) },
                        [Scheme]
                    )
            )
            .AllowAnonymous();
        return routes;
    }

    private static async Task LetInAsync(TicketReceivedContext context)
    {
        IServiceProvider services = context.HttpContext.RequestServices;
        OidcOptions oidc = services.GetRequiredService<IOptions<OidcOptions>>().Value;
        AuditLog audit = services.GetRequiredService<AuditLog>();
        ClaimsPrincipal from = context.Principal!;
        string subject = from.FindFirstValue("sub") ?? "";
        string name = from.FindFirstValue("email") ?? from.FindFirstValue("preferred_username") ?? subject;
        string[] roles =
        [
            .. from.FindAll(oidc.RoleClaim).Select(claim => claim.Value).Intersect(Role.All, StringComparer.OrdinalIgnoreCase),
        ];
        if (roles.Length == 0 && oidc.DefaultRole is { Length: > 0 } role)
            roles = [role];
        Person? person = null;
        if (subject.Length > 0 && roles.Length > 0)
        {
            try
            {
                person = await services
                    .GetRequiredService<ExclusiveChanges>()
                    .RunAsync(Epoch.People, () => WriteAsync(subject, name, roles, services));
            }
            catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
            {
                person = await FindSameAsync(subject, roles, services);
            }
        }

        if (person is not null)
        {
            context.Principal = await services.GetRequiredService<IUserClaimsPrincipalFactory<Person>>().CreateAsync(person);
            return;
        }

        await audit.WriteOrKeepAsync(AuditAction.SignInFailed, name, name);
        context.Response.Redirect(context.Request.PublicPath($"{Routes.SignIn}?failed=true"));
        context.HandleResponse();
    }

    /// <summary>Assigns the provider's roles and records the sign-in, in one transaction.</summary>
    /// <returns>Null when someone else has the name, or the person may not sign in.</returns>
    private static async Task<Person?> WriteAsync(string subject, string name, string[] roles, IServiceProvider services)
    {
        UserManager<Person> people = services.GetRequiredService<UserManager<Person>>();
        Person? person = await people.FindByLoginAsync(Scheme, subject) ?? await CreateAsync(people, subject, name, services);
        if (person is not { Disabled: false })
            return null;
        IList<string> before = await people.GetRolesAsync(person);
        (await people.RemoveFromRolesAsync(person, before.Except(roles))).ThrowIfFailed();
        (await people.AddToRolesAsync(person, roles.Except(before))).ThrowIfFailed();
        person.LastSignInAt = services.GetRequiredService<TimeProvider>().GetUtcNow();
        services.GetRequiredService<AuditLog>().Add(AuditAction.SignedIn, person.UserName!, actor: person.UserName);
        return person;
    }

    /// <summary>
    /// While the database is not writable: for a known person with unchanged roles, only the sign-in has to be recorded later. New people
    /// and changed roles cannot be handled.
    /// </summary>
    private static async Task<Person?> FindSameAsync(string subject, string[] roles, IServiceProvider services)
    {
        services.GetRequiredService<RecOpsDatabase>().ChangeTracker.Clear();
        UserManager<Person> people = services.GetRequiredService<UserManager<Person>>();
        if (await people.FindByLoginAsync(Scheme, subject) is not { Disabled: false } person)
            return null;
        if (!(await people.GetRolesAsync(person)).ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(roles))
            return null;
        AuditLog audit = services.GetRequiredService<AuditLog>();
        services.GetRequiredService<AuditBacklog>().Keep(audit.EntryOf(AuditAction.SignedIn, person.UserName!, actor: person.UserName));
        return person;
    }

    /// <returns>Null when someone else has the name.</returns>
    private static async Task<Person?> CreateAsync(UserManager<Person> people, string subject, string name, IServiceProvider services)
    {
        var person = new Person
        {
            UserName = name,
            CreatedAt = services.GetRequiredService<TimeProvider>().GetUtcNow(),
            LockoutEnabled = true,
        };
        if (!(await people.CreateAsync(person)).Succeeded)
            return null;
        (await people.AddLoginAsync(person, new UserLoginInfo(Scheme, subject, "OpenID Connect"))).ThrowIfFailed();
        return person;
    }
}
