using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Clusters;

namespace RecOps.Client.Clusters;

/// <summary>Reads clusters and manages warm-up runs.</summary>
internal sealed class ClustersClient(ApiClient api)
{
    public Task<ApiResult<ClusterList>> ListAsync(CancellationToken cancellation = default) =>
        api.GetAsync(Routes.Clusters, ClustersJson.Default.ClusterList, cancellation);

    public Task<ApiResult<ClusterProfile>> ProfileAsync(int cluster, CancellationToken cancellation = default) =>
        api.GetAsync(Routes.ClusterOf(cluster), ClustersJson.Default.ClusterProfile, cancellation);

    public Task<ApiResult<WarmPlan>> PlanAsync(WarmRequest request, CancellationToken cancellation = default) =>
        api.SendAsync(
            HttpMethod.Post,
            Routes.WarmPlan,
            request,
            ClustersJson.Default.WarmRequest,
            ClustersJson.Default.WarmPlan,
            cancellation
        );

    public Task<ApiResult<WarmRun>> WarmAsync(WarmRequest request, CancellationToken cancellation = default) =>
        api.SendAsync(
            HttpMethod.Post,
            Routes.WarmRuns,
            request,
            ClustersJson.Default.WarmRequest,
            ClustersJson.Default.WarmRun,
            cancellation
        );

    public Task<ApiResult<WarmRunList>> RunsAsync(CancellationToken cancellation = default) =>
        api.GetAsync(Routes.WarmRuns, ClustersJson.Default.WarmRunList, cancellation);

    public Task<ApiResult<WarmRun>> CancelAsync(string run, CancellationToken cancellation = default) =>
        api.DeleteAsync(Routes.WarmRunOf(run), ClustersJson.Default.WarmRun, cancellation);
}
