using RecOps.Server.Hosting;
using RecOps.Server.Storage;

namespace RecOps.Server.Security;

/// <summary>
/// Whether it is known whom to serve. A database that is lost later takes nobody's lists away, and so not the server's place behind its
/// load balancer.
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
