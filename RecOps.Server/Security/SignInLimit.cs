using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace RecOps.Server.Security;

/// <summary>
/// How often one address may try to sign in. Not the framework's middleware, which never disposes its limiter: a timer of that would hold the
/// whole server for as long as the process lives, also one that has ended.
/// </summary>
internal sealed class SignInLimit : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly PartitionedRateLimiter<string>? _attempts;

    public SignInLimit(IOptions<RateLimitOptions> options)
    {
        if (!options.Value.Enabled) return;
        _attempts = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetFixedWindowLimiter(
            address, _ => new FixedWindowRateLimiterOptions { PermitLimit = options.Value.SignInsPerMinute, Window = Window }));
    }

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (_attempts is null || context.GetEndpoint()?.Metadata.GetMetadata<Mark>() is null)
        {
            await next(context);
            return;
        }

        using RateLimitLease lease = _attempts.AttemptAcquire(context.Connection.RemoteIpAddress?.ToString() ?? "");
        if (lease.IsAcquired)
        {
            await next(context);
            return;
        }

        TimeSpan wait = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after) ? after : Window;
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }

    public void Dispose() => _attempts?.Dispose();

    /// <summary>On endpoints that are an attempt to sign in.</summary>
    public sealed class Mark;
}
