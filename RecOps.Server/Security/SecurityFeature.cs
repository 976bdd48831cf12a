using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting;
using RecOps.Server.Hosting.Health;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Hosting.OpenApi;
using RecOps.Server.Hosting.Problems;
using RecOps.Server.Replication;
using RecOps.Server.Security.Audit;
using RecOps.Server.Security.Keys;
using RecOps.Server.Security.People;
using RecOps.Server.Security.Sessions;
using RecOps.Server.Storage;

namespace RecOps.Server.Security;

internal static class SecurityFeature
{
    /// <summary>How soon a disabled account or a changed role takes effect.</summary>
    private static readonly TimeSpan Revalidation = TimeSpan.FromSeconds(30);

    public static IServiceCollection AddSecurity(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddContracts(SecurityContracts.Default);
        services.AddSettings<BootstrapOptions>(BootstrapOptions.Section);
        services.AddSettings<RateLimitOptions>(RateLimitOptions.Section);
        services.AddSettings<OidcOptions>(OidcOptions.Section);
        services.AddSingleton<ISettingsCheck, OidcSettings>();
        services.AddSingleton<PeopleContext>();
        services.AddSingleton<IReadiness, StoreHealth>();
        services.AddSingleton<IFailureAnswer, SecurityFailures>();
        services.Configure<OpenApiOptions>(OpenApiDocument.Name, StorefrontDocument.Describe);
        services.AddSingleton<ApiKeyRing>();
        services.AddSingleton<IReplicated>(provider => provider.GetRequiredService<ApiKeyRing>());
        services.AddSingleton<KeyUses>();
        services.AddSingleton<FirstStartNotice>();
        services.AddSingleton<SecurityMetrics>();
        services.AddSingleton<AuditBacklog>();
        services.AddSingleton<IUnsaved>(provider => provider.GetRequiredService<AuditBacklog>());
        services.AddSingleton<PasswordAttempts>();
        services.AddSingleton<IUnsaved>(provider => provider.GetRequiredService<PasswordAttempts>());
        services.AddScoped<AuditLog>();
        services.AddScoped<SignIn>();
        services.AddScoped<IDatabaseSeed, Bootstrap>();
        services
            .AddIdentityCore<Person>(ConfigureIdentity)
            .AddRoles<IdentityRole>()
            .AddEntityFrameworkStores<RecOpsDatabase>()
            .AddSignInManager();
        services.RemoveAll<IHttpContextAccessor>();
        services.Replace(
            ServiceDescriptor.Scoped(provider =>
                ActivatorUtilities.CreateInstance<SignInManager<Person>>(provider, provider.GetRequiredService<PeopleContext>())
            )
        );
        services
            .AddAuthentication(IdentityConstants.ApplicationScheme)
            .AddOidc(configuration)
            .AddCookie(IdentityConstants.ApplicationScheme, ConsoleCookie.Configure);
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = Revalidation);
        services.AddAuthorization(Access.AddPolicies);

        // Requests with a key pass only the gate; the framework would miss its own middleware there.
        services.Configure<RouteOptions>(options => options.SuppressCheckForUnhandledSecurityMetadata = true);
        services.AddCors();
        services.AddSingleton<SignInGate>();
        services.AddSingleton<PasswordHashing>(provider => new PasswordHashing(
            new PasswordHasher<Person>(provider.GetRequiredService<IOptions<PasswordHasherOptions>>())
        ));
        services.AddSingleton<AttemptMemory>();
        services.AddSingleton<KnownBrowser>();
        services.AddCookieKeys();
        if (DocumentGeneration.IsRunning)
            return services;
        services.AddHostedService<KeyRestore>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyUses>());
        return services;
    }

    /// <summary>Programs send a key, people a cookie; everything else is refused. Keys are checked first, separately.</summary>
    public static WebApplication UseSecurity(this WebApplication app)
    {
        app.Use(next => context => SecurityHeaders.InvokeAsync(context, next));
        app.UseBrowserShops();
        app.Use(next => context => CallManners.BeforeRoutingAsync(context, next));
        app.UseRouting();
        app.Use(next => context => CallManners.AnswerNoCallAsync(context, next));
        app.Use(next => context => EscapedSlashes.InvokeAsync(context, next));

        // Otherwise the framework adds both for every request.
        IDictionary<string, object?> properties = ((IApplicationBuilder)app).Properties;
        properties["__AuthenticationMiddlewareSet"] = true;
        properties["__AuthorizationMiddlewareSet"] = true;
        app.UseStorefrontGate(people =>
        {
            people.UseResponseCompression();
            people.Use(next => context => CrossSiteGuard.InvokeAsync(context, next));
            people.Use(next => context => PeopleContext.FollowAsync(context, next));
            people.UseAuthentication();
            people.UseAuthorization();
        });
        return app;
    }

    public static IEndpointRouteBuilder MapSecurity(this IEndpointRouteBuilder routes) =>
        routes.MapSignInPage().MapOidcSignIn().MapSession().MapPeople().MapKeys().MapAudit();

    /// <summary>
    /// All replicas read each other's cookies. The keys are read when the first is needed, not at start: the database may be a new one.
    /// </summary>
    private static void AddCookieKeys(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("RecOps");
        services.AddSingleton<CookieKeys>();
        services.AddSingleton<IUnsaved>(provider => provider.GetRequiredService<CookieKeys>());
        services.AddOptions<KeyManagementOptions>().Configure<CookieKeys>((options, keys) => options.XmlRepository = keys);
        ServiceDescriptor? reader = services.FirstOrDefault(service =>
            service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == typeof(DataProtectionOptions).Assembly
        );
        if (reader is not null)
            services.Remove(reader);
    }

    private static void ConfigureIdentity(IdentityOptions options)
    {
        // Length is what helps; required character classes make people write passwords down.
        options.Password.RequiredLength = 10;
        options.Password.RequireDigit =
            options.Password.RequireLowercase =
            options.Password.RequireUppercase =
            options.Password.RequireNonAlphanumeric =
                false;
        options.Password.RequiredUniqueChars = 4;
        options.Lockout.MaxFailedAccessAttempts = 5;
        options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
        options.User.AllowedUserNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._@+";
    }
}
