using RecOps.Server.Hosting.Health;
using RecOps.Server.Security.Keys;
using RecOps.Server.Storage;

namespace RecOps.Server.Security;

/// <summary>
/// Whether the server knows its callers. Losing the database later stops no lists, so it must not take the server out of its load balancer.
/// </summary>
internal sealed class StoreHealth(ApiKeyRing keys, DatabaseState database) : IReadiness
{
    public HealthCheck Check() =>
        HealthCheck.Of(
            "store",
            keys.CanServe,
            database.Trouble is { } trouble ? $"{trouble} Lists are made with what was known before." : "Reached."
        );
}
