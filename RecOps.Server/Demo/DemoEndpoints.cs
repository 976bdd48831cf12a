using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Hosting;
using RecOps.Server.Hosting.OpenApi;
using RecOps.Server.Security;
using RecOps.Server.Security.Audit;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Demo;
using RecOps.Shared.Security;

namespace RecOps.Server.Demo;

internal static class DemoEndpoints
{
    public static IServiceCollection AddDemo(this IServiceCollection services)
    {
        services.AddContracts(DemoContracts.Default);
        services.AddSettings<DemoOptions>(DemoOptions.Section);
        services.AddSingleton<DemoTrafficControl>();
        if (!DocumentGeneration.IsRunning)
            services.AddHostedService<DemoTraffic>();
        return services;
    }

    /// <summary>
    /// A shop with real shoppers must not have these calls: outside Development they exist only when Demo:Traffic is set.
    /// </summary>
    public static IEndpointRouteBuilder MapDemo(this IEndpointRouteBuilder routes)
    {
        IServiceProvider services = routes.ServiceProvider;

        // Reads the raw setting: invalid options are reported all together once the host starts.
        string? traffic = services.GetRequiredService<IConfiguration>()[$"{DemoOptions.Section}:{nameof(DemoOptions.Traffic)}"];
        bool wanted = services.GetRequiredService<IHostEnvironment>().IsDevelopment() || !string.IsNullOrEmpty(traffic);
        if (!wanted)
            return routes;
        routes.MapGet(Routes.DemoTraffic, (DemoTrafficControl control) => TypedResults.Ok(control.State)).RequireAuthorization(Access.View);
        routes.MapPut(Routes.DemoTraffic, ChangeAsync).RequireAuthorization(Access.Operate);
        return routes;
    }

    private static async Task<Results<Ok<DemoTrafficState>, ValidationProblem>> ChangeAsync(
        DemoTrafficUpdate update,
        DemoTrafficControl control,
        AuditLog audit
    )
    {
        var errors = new FieldErrors();
        if (update.RequestsPerSecond is not (null or (>= 0 and <= DemoOptions.MaxRequestsPerSecond)))
        {
            errors.Add(
                "requestsPerSecond",
                $"requestsPerSecond is {update.RequestsPerSecond}; it must be 0 to {DemoOptions.MaxRequestsPerSecond}."
            );
        }

        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        DemoTrafficState before = control.State;
        audit.Add(
            AuditAction.DemoChanged,
            "demo traffic",
            before,
            DemoTrafficControl.After(before, update),
            DemoContracts.Default.DemoTrafficState
        );
        await audit.SaveAsync();
        return TypedResults.Ok(control.Change(update));
    }
}
