using Microsoft.AspNetCore.Authorization;
using RecOps.Server.Security.People;
using RecOps.Shared.Security;

namespace RecOps.Server.Security;

/// <summary>Authorization policies. Endpoints without a policy require sign-in.</summary>
internal static class Access
{
    /// <summary>Everyone who is signed in and has any role.</summary>
    public const string View = "view";

    /// <summary>Operators of the service.</summary>
    public const string Operate = "operate";

    /// <summary>Merchandisers, who decide what is shown.</summary>
    public const string Merchandise = "merchandise";

    /// <summary>Either of the two.</summary>
    public const string Act = "act";

    public const string Administer = "administer";

    /// <summary>Local callers on the machine itself, and everyone who is signed in.</summary>
    public const string ViewMetrics = "view-metrics";

    public static void AddPolicies(AuthorizationOptions options)
    {
        Add(View, Role.All);
        Add(Operate, Role.Operator, Role.Admin);
        Add(Merchandise, Role.Merchandiser, Role.Admin);
        Add(Act, Role.Operator, Role.Merchandiser, Role.Admin);
        Add(Administer, Role.Admin);
        options.AddPolicy(
            ViewMetrics,
            builder =>
                builder.RequireAssertion(context =>
                    Role.All.Any(context.User.IsInRole) || (context.Resource is HttpContext http && LocalCall.Is(http))
                )
        );
        options.FallbackPolicy = options.GetPolicy(View);
        options.DefaultPolicy = options.GetPolicy(View)!;

        void Add(string policy, params string[] roles) =>
            options.AddPolicy(policy, builder => builder.RequireAuthenticatedUser().RequireRole(roles));
    }

    /// <summary>Opens calls to programs whose key has a scope, and to people who satisfy a policy.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoints, string scope, string orPolicy)
        where TBuilder : IEndpointConventionBuilder => endpoints.RequireAuthorization(orPolicy).WithMetadata(new StorefrontScope(scope));
}

/// <summary>The scope that a program's key needs for a call.</summary>
internal sealed record StorefrontScope(string Name);

/// <summary>Marks calls that hold several requests, each of which counts towards the key's rate limit.</summary>
internal sealed record CountedByMember;
