using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Clusters;

namespace RecOps.Client.Clusters;

/// <summary>Reads clusters and runs warm runs.</summary>
internal sealed class ClustersClient(ApiClient api)
{
    public Task<ApiResult<ClusterList>> ListAsync(CancellationToken cancellation = default)
        => api.GetAsync(Routes.Clusters, ApiJson.Default.ClusterList, cancellation);

    public Task<ApiResult<ClusterProfile>> ProfileAsync(int cluster, CancellationToken cancellation = default)
        => api.GetAsync(Routes.ClusterOf(cluster), ApiJson.Default.ClusterProfile, cancellation);

    public Task<ApiResult<WarmPlan>> PlanAsync(WarmRequest request, CancellationToken cancellation = default)
        => api.SendAsync(HttpMethod.Post, Routes.WarmPlan, request, ApiJson.Default.WarmRequest, ApiJson.Default.WarmPlan, cancellation);

    public Task<ApiResult<WarmRun>> WarmAsync(WarmRequest request, CancellationToken cancellation = default)
        => api.SendAsync(HttpMethod.Post, Routes.WarmRuns, request, ApiJson.Default.WarmRequest, ApiJson.Default.WarmRun, cancellation);

    public Task<ApiResult<WarmRunList>> RunsAsync(CancellationToken cancellation = default)
        => api.GetAsync(Routes.WarmRuns, ApiJson.Default.WarmRunList, cancellation);

    public Task<ApiResult<WarmRun>> CancelAsync(string run, CancellationToken cancellation = default)
        => api.DeleteAsync(Routes.WarmRunOf(run), ApiJson.Default.WarmRun, cancellation);
}
