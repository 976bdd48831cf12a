using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Shared;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Hosting.Health;

internal static class HealthEndpoints
{
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("").WithTags("Health").AllowAnonymous();
        group
            .MapGet(Routes.Live, () => TypedResults.Ok(new LiveReport("live")))
            .WithName("GetLive")
            .WithSummary("Liveness: 200 while the process responds");
        group
            .MapGet(Routes.Ready, Ready)
            .WithName("GetReady")
            .WithSummary(
                "Readiness: 200 when the bundle is loaded and warm, the execution provider is as configured and the API keys are known; "
                    + "else 503"
            )
            .Produces<HealthReport>()
            .Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
        return routes;
    }

    private static JsonHttpResult<HealthReport> Ready(IEnumerable<IReadiness> features, IServedModel served)
    {
        HealthCheck[] checks = [.. features.Select(feature => feature.Check()).OrderBy(check => check.Name, StringComparer.Ordinal)];
        bool ready = Array.TrueForAll(checks, check => check.Status == HealthCheck.Ok);
        var report = new HealthReport(ready ? "ready" : "notReady", served.Model, served.Provider, checks);
        return TypedResults.Json(report, statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}

internal sealed record LiveReport(string Status);

/// <param name="Status">ready or notReady.</param>
internal sealed record HealthReport(string Status, ModelReport Model, ProviderState Provider, HealthCheck[] Checks);

/// <param name="Name">Models:Active.</param>
/// <param name="Version">Version of the loaded bundle; absent until it is loaded.</param>
internal sealed record ModelReport(string Name, string? Version);

/// <param name="Status">ok or failed.</param>
internal sealed record HealthCheck(string Name, string Status, string Detail)
{
    public const string Ok = "ok";
    public const string Failed = "failed";

    public static HealthCheck Of(string name, bool isOk, string detail) => new(name, isOk ? Ok : Failed, detail);
}
