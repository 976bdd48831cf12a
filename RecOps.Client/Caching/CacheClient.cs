using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Caching;

namespace RecOps.Client.Caching;

/// <summary>Looks into the result cache.</summary>
internal sealed class CacheClient(ApiClient api)
{
    public Task<ApiResult<CacheState>> StateAsync(CancellationToken cancellation = default) =>
        api.GetAsync(Routes.Cache, CachingJson.Default.CacheState, cancellation);

    public Task<ApiResult<CachedUser>> FindAsync(string userId, CancellationToken cancellation = default) =>
        api.GetAsync(Routes.CachedFor(userId), CachingJson.Default.CachedUser, cancellation);

    public Task<ApiResult<PurgeResponse>> PurgeAsync(string userId, CancellationToken cancellation = default) =>
        api.DeleteAsync(Routes.CachedFor(userId), CachingJson.Default.PurgeResponse, cancellation);
}
