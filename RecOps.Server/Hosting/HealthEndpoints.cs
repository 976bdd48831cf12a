using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RecOps.Server.Models;
using RecOps.Server.Ranking;
using RecOps.Server.Security;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Hosting;

internal static class HealthEndpoints
{
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("").WithTags("Health").AllowAnonymous();
        group.MapGet(Routes.Live, () => TypedResults.Ok(new LiveReport("live")))
            .WithName("GetLive")
            .WithSummary("200 as long as the process answers");
        group.MapGet(Routes.Ready, Ready)
            .WithName("GetReady")
            .WithSummary("200 when the bundle is loaded and warm, the execution provider is as configured and the API keys are known, else 503")
            .Produces<HealthReport>()
            .Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
        return routes;
    }

    private static JsonHttpResult<HealthReport> Ready(
        ActiveModel active, ApiKeyRing keys, DatabaseState database, Drain drain, IOptions<InferenceOptions> inference, IOptions<ModelsOptions> models)
    {
        ServingModel? model = active.Current;
        HealthCheck[] checks =
        [
            Check("model", model is not null, active.NotReadyReason ?? "Loaded and warm."),

            // A database that is lost later takes nobody's lists away, and so not the server's place behind its load balancer.
            Check("store", keys.CanServe, database.Trouble is { } trouble ? $"{trouble} Lists are made with what was known before." : "Reached."),
            Check("shutdown", !drain.Started, drain.Started ? "The server is shutting down." : "Not shutting down."),
        ];
        bool ready = Array.TrueForAll(checks, check => check.Status == HealthCheck.Ok);
        string configured = inference.Value.Provider;
        var report = new HealthReport(
            ready ? "ready" : "notReady",
            new ModelReport(models.Value.Active, model?.Version),
            model?.Ranker.Provider ?? new ProviderState(configured, "none", active.NotReadyReason ?? ""),
            checks);
        return TypedResults.Json(report, statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static HealthCheck Check(string name, bool ok, string detail) => new(name, ok ? HealthCheck.Ok : HealthCheck.Failed, detail);
}

internal sealed record LiveReport(string Status);

/// <param name="Status">ready or notReady.</param>
internal sealed record HealthReport(string Status, ModelReport Model, ProviderState Provider, HealthCheck[] Checks);

/// <param name="Name">Models:Active.</param>
/// <param name="Version">Of the loaded bundle; absent until it is.</param>
internal sealed record ModelReport(string Name, string? Version);

/// <param name="Status">ok or failed.</param>
internal sealed record HealthCheck(string Name, string Status, string Detail)
{
    public const string Ok = "ok";
    public const string Failed = "failed";
}
