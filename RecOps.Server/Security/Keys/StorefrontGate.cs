using System.Globalization;
using Microsoft.Extensions.Primitives;
using RecOps.Server.Hosting;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Hosting.Problems;

namespace RecOps.Server.Security.Keys;

/// <summary>
/// Authenticates programs by their API key. It bypasses the framework's authentication, which makes a ticket, a principal and an
/// authorization context for each request: as many allocations as answering one. Calls without a key go to the authentication of people.
/// </summary>
internal sealed class StorefrontGate(
    ApiKeyRing keys,
    IRequestCounts counts,
    RequestDelegate admitted,
    RequestDelegate compressed,
    RequestDelegate people
)
{
    public const string Header = "X-API-Key";
    private static readonly object MemberKey = new();

    /// <summary>Whether the gate, and not sign-in, handles a request.</summary>
    public static bool Decides(HttpContext context) => NeededScope(context) is not null && context.Request.Headers.ContainsKey(Header);

    /// <summary>Decides once per request, so that the most frequent call passes only the middleware that it needs.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (NeededScope(context) is not { } scope || !context.Request.Headers.TryGetValue(Header, out StringValues shown))
            return people(context);
        if (shown.Count != 1 || keys.Find(shown[0]!) is not { } key)
        {
            if (!keys.IsLoaded)
                return new ServiceUnavailable("The API keys have not been read yet.").ExecuteAsync(context);
            return RefuseAsync(context, StatusCodes.Status401Unauthorized, $"The key in {Header} is unknown or was revoked.");
        }

        if (!key.Has(scope.Name))
            return RefuseAsync(context, StatusCodes.Status403Forbidden, $"The key lacks the scope '{scope.Name}' that this call needs.");
        if (!key.TryUse(out TimeSpan retryAfter))
            return RefuseAsync(context, retryAfter);
        if (context.GetEndpoint()!.Metadata.GetMetadata<CountedByMember>() is not null)
            context.Items[MemberKey] = key;
        return AnswerCompression.IsAskedFor(context) ? compressed(context) : admitted(context);
    }

    /// <summary>Charges the key for the requests beyond the first in one call.</summary>
    public static void CountMembers(HttpContext context, int requests)
    {
        if (requests > 1 && context.Items[MemberKey] is KnownKey key)
            key.UseMore(requests - 1);
    }

    private static StorefrontScope? NeededScope(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<StorefrontScope>();

    private Task RefuseAsync(HttpContext context, TimeSpan retryAfter)
    {
        if (context.GetEndpoint()!.Metadata.GetMetadata<CountedRequest>() is not null)
            counts.RecordRejected();
        context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds))
            .ToString(CultureInfo.InvariantCulture);
        return RefuseAsync(context, StatusCodes.Status429TooManyRequests, "The key has exceeded its rate limit.");
    }

    private static Task RefuseAsync(HttpContext context, int status, string detail) =>
        TypedResults.Problem(detail, statusCode: status).ExecuteAsync(context);
}

internal static class StorefrontGateExtensions
{
    /// <summary>Register it after routing.</summary>
    /// <param name="people">Pipeline for calls without a key.</param>
    public static WebApplication UseStorefrontGate(this WebApplication app, Action<IApplicationBuilder> people)
    {
        app.Use(next =>
            new StorefrontGate(
                app.Services.GetRequiredService<ApiKeyRing>(),
                app.Services.GetRequiredService<IRequestCounts>(),
                admitted: next,
                compressed: Branch(app, compress => compress.UseResponseCompression(), next),
                people: Branch(app, people, next)
            ).InvokeAsync
        );
        return app;
    }

    private static RequestDelegate Branch(IApplicationBuilder app, Action<IApplicationBuilder> configure, RequestDelegate next)
    {
        IApplicationBuilder branch = app.New();
        configure(branch);
        branch.Run(next);
        return branch.Build();
    }
}
