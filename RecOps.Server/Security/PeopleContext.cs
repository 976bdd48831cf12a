namespace RecOps.Server.Security;

/// <summary>
/// The request of somebody who may be signed in, for the framework's sign-in and for the audit log. Not registered as what the framework
/// looks for: it would follow every request then, and make a context for each instead of one for each connection, half of what answering a
/// cached list allocates.
/// </summary>
internal sealed class PeopleContext : IHttpContextAccessor
{
    private static readonly AsyncLocal<HttpContext?> Current = new();

    public HttpContext? HttpContext
    {
        get => Current.Value;
        set => Current.Value = value;
    }

    /// <summary>Has all that a request leads to know it.</summary>
    public static async Task FollowAsync(HttpContext context, RequestDelegate next)
    {
        Current.Value = context;
        await next(context);
    }
}
