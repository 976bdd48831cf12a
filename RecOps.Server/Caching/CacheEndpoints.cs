using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Hosting;
using RecOps.Server.Models;
using RecOps.Shared;
using RecOps.Shared.Caching;

namespace RecOps.Server.Caching;

internal static class CacheEndpoints
{
    private const int MaxIdLength = 128;

    public static IEndpointRouteBuilder MapCache(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Cache, (CacheView view) => TypedResults.Ok(view.State()));
        routes.MapGet(Routes.CachedUser, Find);
        routes.MapDelete(Routes.CachedUser, Purge);
        return routes;
    }

    private static async Task<Results<Ok<CachedUser>, ValidationProblem, ServiceUnavailable>> Find(string userId, ActiveModel active, CacheView view)
    {
        if (userId.Length > MaxIdLength) return TooLong();
        return active.TryGet(out ServingModel? model) ? TypedResults.Ok(await view.FindAsync(model, userId)) : new ServiceUnavailable(active.NotReadyReason!);
    }

    private static Results<Ok<PurgeResponse>, ValidationProblem, ServiceUnavailable> Purge(
        string userId, ActiveModel active, CachePurge purge, HttpContext context)
    {
        if (userId.Length > MaxIdLength) return TooLong();
        if (!active.TryGet(out ServingModel? model)) return new ServiceUnavailable(active.NotReadyReason!);
        return TypedResults.Ok(new PurgeResponse(purge.Purge(model, userId, context.Connection.RemoteIpAddress?.ToString() ?? "")));
    }

    private static ValidationProblem TooLong()
    {
        var errors = new FieldErrors();
        errors.Add("userId", $"userId must have 1 to {MaxIdLength} characters.");
        return TypedResults.ValidationProblem(errors.ByField);
    }
}
