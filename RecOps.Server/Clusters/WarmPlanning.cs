using RecOps.Serving.Caching;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Shared.Clusters;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Clusters;

/// <summary>Decides whose lists a warm run computes, in which order, and how much work that is.</summary>
internal sealed class WarmPlanning(ResultCache cache, TimeProvider time)
{
    /// <summary>
    /// Each cluster's most likely next visitors, best first across all clusters, so that a run cut short has done the most useful part.
    /// </summary>
    /// <param name="clusters">Empty means all.</param>
    public int[] Choose(ServingModel model, IReadOnlyCollection<int> clusters, int usersPerCluster)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        IEnumerable<int> chosen = clusters.Count == 0 ? Enumerable.Range(0, model.Manifest.Counts.Clusters) : clusters.Distinct();
        return
        [
            .. chosen
                .SelectMany(cluster => model.Visitors.Next(cluster, usersPerCluster, now))
                .OrderByDescending(next => next.Rate)
                .Select(next => next.User),
        ];
    }

    /// <summary>The most likely next visitors overall, as many as the cache has room for; nobody where nobody has been seen yet.</summary>
    public int[] Choose(ServingModel model, int most) =>
        model.Visitors.Next((int)Math.Min(most, cache.Lists.CapacityBytes / cache.LargestList), time.GetUtcNow().ToUnixTimeMilliseconds());

    public WarmPlan Plan(ServingModel model, WarmRequest request)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        int[] clusters = request.ClusterIds is { Length: > 0 } ids
            ? [.. ids.Distinct()]
            : [.. Enumerable.Range(0, model.Manifest.Counts.Clusters)];
        WarmPlanCluster[] planned = Array.ConvertAll(
            clusters,
            cluster =>
            {
                (int User, double Rate)[] next = model.Visitors.Next(cluster, request.UsersPerCluster, now);
                return new WarmPlanCluster(cluster, next.Length, next.Count(user => IsCached(model, user.User, request.Placement!)));
            }
        );
        int users = planned.Sum(cluster => cluster.Users);
        int cached = planned.Sum(cluster => cluster.Cached);
        long bytes = (users - cached) * BytesOfList();
        return new WarmPlan(
            users,
            cached,
            (users - cached) * model.Batcher.SpareSecondsPerJob,
            bytes,
            Math.Max(0, cache.Lists.CapacityBytes - cache.Lists.Bytes),
            planned
        );
    }

    /// <summary>The requests that a warm run makes for one user.</summary>
    public static RecommendationRequest RequestOf(ServingModel model, int user, string placement) =>
        new() { UserId = model.Users.IdOf(user), Placement = placement };

    /// <summary>Whether the user has a list that need not be refreshed.</summary>
    public bool IsCached(ServingModel model, int user, string placement)
    {
        CacheKey key = RequestContext.KeyOf(model, RequestOf(model, user, placement));
        return cache.IsFresh(key, model.Events.Of(model.Users.IdOf(user)));
    }

    /// <summary>The average size of the cached lists, or the largest possible size while there are none.</summary>
    private long BytesOfList() => cache.Lists.Count > 0 ? cache.Lists.Bytes / cache.Lists.Count : cache.LargestList;
}
