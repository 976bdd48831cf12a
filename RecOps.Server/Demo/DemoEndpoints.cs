using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Hosting;
using RecOps.Shared;
using RecOps.Shared.Demo;

namespace RecOps.Server.Demo;

internal static class DemoEndpoints
{
    public static IServiceCollection AddDemo(this IServiceCollection services)
    {
        services.AddSettings<DemoOptions>(DemoOptions.Section);
        services.AddSingleton<DemoTrafficControl>();
        if (!DocumentGeneration.IsRunning) services.AddHostedService<DemoTraffic>();
        return services;
    }

    public static IEndpointRouteBuilder MapDemo(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.DemoTraffic, (DemoTrafficControl control) => TypedResults.Ok(control.State));
        routes.MapPut(Routes.DemoTraffic, Change);
        return routes;
    }

    private static Results<Ok<DemoTrafficState>, ValidationProblem> Change(DemoTrafficUpdate update, DemoTrafficControl control)
    {
        var errors = new FieldErrors();
        if (update.RequestsPerSecond is not (null or (>= 0 and <= DemoOptions.MaxRequestsPerSecond)))
        {
            errors.Add(
                "requestsPerSecond",
                $"requestsPerSecond is {update.RequestsPerSecond}; it must be 0 to {DemoOptions.MaxRequestsPerSecond}.");
        }

        if (errors.Any) return TypedResults.ValidationProblem(errors.ByField);
        return TypedResults.Ok(control.Change(update));
    }
}
