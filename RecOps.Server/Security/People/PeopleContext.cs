namespace RecOps.Server.Security.People;

/// <summary>
/// The request of a person who may be signed in, for the framework's sign-in and for the audit log. Not registered as IHttpContextAccessor:
/// that would allocate a context for each request instead of one for each connection, half of what answering a cached list allocates.
/// </summary>
internal sealed class PeopleContext : IHttpContextAccessor
{
    private static readonly AsyncLocal<HttpContext?> Current = new();

    public HttpContext? HttpContext
    {
        get => Current.Value;
        set => Current.Value = value;
    }

    /// <summary>Makes it available to everything that the request calls.</summary>
    public static async Task FollowAsync(HttpContext context, RequestDelegate next)
    {
        Current.Value = context;
        await next(context);
    }
}
