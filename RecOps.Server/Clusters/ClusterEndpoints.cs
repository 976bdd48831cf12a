using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Hosting.Problems;
using RecOps.Server.Security;
using RecOps.Server.Security.Audit;
using RecOps.Serving.Caching;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Clusters;
using RecOps.Shared.Security;

namespace RecOps.Server.Clusters;

internal static class ClusterEndpoints
{
    public static IEndpointRouteBuilder MapClusters(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder viewers = routes.MapGroup("").RequireAuthorization(Access.View);
        viewers.MapGet(Routes.Clusters, List);
        viewers.MapGet(Routes.Cluster, Profile);
        viewers.MapPost(Routes.WarmPlan, Plan);
        viewers.MapGet(Routes.WarmRuns, (WarmRunner runner) => TypedResults.Ok(runner.All()));
        viewers.MapGet(Routes.WarmRun, Find);
        RouteGroupBuilder operators = routes.MapGroup("").RequireAuthorization(Access.Operate);
        operators.MapPost(Routes.WarmRuns, StartAsync);
        operators.MapDelete(Routes.WarmRun, CancelAsync);
        return routes;
    }

    private static Results<Ok<ClusterList>, ServiceUnavailable> List(ActiveModel active, ClusterView view) =>
        active.TryGet(out ServingModel? model) ? TypedResults.Ok(view.List(model)) : new ServiceUnavailable(active.NotReadyReason!);

    private static Results<Ok<ClusterProfile>, NotFound, ServiceUnavailable> Profile(int clusterId, ActiveModel active, ClusterView view)
    {
        if (!active.TryGet(out ServingModel? model))
            return new ServiceUnavailable(active.NotReadyReason!);
        if ((uint)clusterId >= (uint)model.Manifest.Counts.Clusters)
            return TypedResults.NotFound();
        return TypedResults.Ok(view.Profile(model, clusterId));
    }

    private static Results<Ok<WarmPlan>, ValidationProblem, ServiceUnavailable> Plan(
        WarmRequest request,
        ActiveModel active,
        WarmPlanning planning,
        ResultCache cache,
        IOptions<ServingOptions> serving
    )
    {
        if (!active.TryGet(out ServingModel? model))
            return new ServiceUnavailable(active.NotReadyReason!);
        FieldErrors errors = Check(request, model, cache, serving.Value);
        return errors.Any ? TypedResults.ValidationProblem(errors.ByField) : TypedResults.Ok(planning.Plan(model, request));
    }

    private static async Task<Results<Accepted<WarmRun>, ValidationProblem, ServiceUnavailable>> StartAsync(
        WarmRequest request,
        ActiveModel active,
        WarmRunner runner,
        ResultCache cache,
        IOptions<ServingOptions> serving,
        AuditLog audit,
        TimeProvider time,
        HttpRequest call
    )
    {
        if (!active.TryGet(out ServingModel? model))
            return new ServiceUnavailable(active.NotReadyReason!);
        FieldErrors errors = Check(request, model, cache, serving.Value);
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        using WarmRunner.Place? place = runner.TryReserve();
        if (place is null)
            return new ServiceUnavailable(
                "Too many warm runs are already queued, so this one was not started. Cancel one, or try again later."
            );
        await audit.WriteAsync(
            AuditAction.WarmStarted,
            place.Id,
            null,
            JsonSerializer.Serialize(request, ClusterContracts.Default.WarmRequest)
        );
        return TypedResults.Accepted(call.PublicPath(Routes.WarmRunOf(place.Id)), place.Start(model, request).Describe(time.GetUtcNow()));
    }

    private static Results<Ok<WarmRun>, NotFound> Find(string runId, WarmRunner runner, TimeProvider time) =>
        runner.Find(runId) is { } run ? TypedResults.Ok(run.Describe(time.GetUtcNow())) : TypedResults.NotFound();

    /// <summary>Cancels a run; what it has computed stays. A finished run is left as it is.</summary>
    private static async Task<Results<Ok<WarmRun>, NotFound>> CancelAsync(
        string runId,
        WarmRunner runner,
        AuditLog audit,
        TimeProvider time
    )
    {
        if (runner.Find(runId) is not { } run)
            return TypedResults.NotFound();
        if (run.IsOver)
            return TypedResults.Ok(run.Describe(time.GetUtcNow()));
        await audit.WriteAsync(AuditAction.WarmCancelled, run.Id);
        run.TryCancel();
        await Task.WhenAny(run.Over, Task.Delay(TimeSpan.FromSeconds(2)));
        return TypedResults.Ok(run.Describe(time.GetUtcNow()));
    }

    private static FieldErrors Check(WarmRequest request, ServingModel model, ResultCache cache, ServingOptions serving)
    {
        const int most = 1_000_000;
        var errors = new FieldErrors();
        int clusters = model.Manifest.Counts.Clusters;
        int[] ids = request.ClusterIds ?? [];
        for (int i = 0; i < ids.Length; i++)
        {
            if ((uint)ids[i] >= (uint)clusters)
                errors.Add($"clusterIds[{i}]", $"There is no cluster {ids[i]}; clusters are 0 to {clusters - 1}.");
        }

        if (request.UsersPerCluster is < 1 or > most)
            errors.Add("usersPerCluster", $"usersPerCluster is {request.UsersPerCluster}; it must be 1 to {most:N0}.");
        if (request.Placement is null || !serving.IsPlacement(request.Placement))
            errors.Add("placement", $"placement is '{request.Placement}'; it must be one of {string.Join(", ", serving.AllPlacements)}.");
        if (!cache.IsEnabled)
            errors.Add("", "The cache is off. Set Caching:Enabled to true to cache lists.");
        return errors;
    }
}
