using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Hosting.Problems;
using RecOps.Server.Security;
using RecOps.Server.Security.Audit;
using RecOps.Serving.Models;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Bundles;
using RecOps.Shared.Caching;
using RecOps.Shared.Security;

namespace RecOps.Server.Caching;

internal static class CacheEndpoints
{
    private const int MaxIdLength = Ids.LongestUser;

    public static IEndpointRouteBuilder MapCache(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Cache, (CacheView view) => TypedResults.Ok(view.State())).RequireAuthorization(Access.View);
        routes.MapGet(Routes.CachedUser, Find).RequireAuthorization(Access.View);
        routes.MapDelete(Routes.CachedUser, PurgeAsync).RequireAuthorization(Access.Operate);
        return routes;
    }

    private static async Task<Results<Ok<CachedUser>, ValidationProblem, ServiceUnavailable>> Find(
        string userId,
        ActiveModel active,
        CacheView view
    )
    {
        if (userId.Length > MaxIdLength || Ids.HasControl(userId))
            return WrongId();
        return active.TryGet(userId, out ServingModel? model)
            ? TypedResults.Ok(await view.FindAsync(model, userId))
            : new ServiceUnavailable(active.NotReadyReason!);
    }

    private static async Task<Results<Ok<PurgeResponse>, ValidationProblem, ServiceUnavailable>> PurgeAsync(
        string userId,
        ActiveModel active,
        CachePurge purge,
        AuditLog audit
    )
    {
        if (userId.Length > MaxIdLength || Ids.HasControl(userId))
            return WrongId();
        if (!active.TryGet(userId, out ServingModel? model))
            return new ServiceUnavailable(active.NotReadyReason!);
        await audit.WriteAsync(AuditAction.CachePurged, userId);
        return TypedResults.Ok(new PurgeResponse(purge.Purge(model, userId)));
    }

    private static ValidationProblem WrongId()
    {
        var errors = new FieldErrors();
        errors.Add("userId", $"userId must have 1 to {MaxIdLength} characters, none of them a control character.");
        return TypedResults.ValidationProblem(errors.ByField);
    }
}
