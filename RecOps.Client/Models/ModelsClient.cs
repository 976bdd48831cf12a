using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Models;

namespace RecOps.Client.Models;

/// <summary>Lists the bundles and changes which of them serve.</summary>
internal sealed class ModelsClient(ApiClient api)
{
    public Task<ApiResult<ModelList>> ListAsync(CancellationToken cancellation = default) =>
        api.GetAsync(Routes.Models, ModelsJson.Default.ModelList, cancellation);

    public Task<ApiResult<ModelList>> ActivateAsync(string bundle, CancellationToken cancellation = default) =>
        api.CallAsync(HttpMethod.Post, Routes.ActivationOf(bundle), ModelsJson.Default.ModelList, cancellation);

    public Task<ApiResult<ModelList>> RollBackAsync(CancellationToken cancellation = default) =>
        api.CallAsync(HttpMethod.Post, Routes.ModelRollback, ModelsJson.Default.ModelList, cancellation);

    public Task<ApiResult<ModelList>> ShadowAsync(TrialRequest request, CancellationToken cancellation = default) =>
        api.SendAsync(
            HttpMethod.Put,
            Routes.ModelShadow,
            request,
            ModelsJson.Default.TrialRequest,
            ModelsJson.Default.ModelList,
            cancellation
        );

    public Task<ApiResult<ModelList>> CanaryAsync(TrialRequest request, CancellationToken cancellation = default) =>
        api.SendAsync(
            HttpMethod.Put,
            Routes.ModelCanary,
            request,
            ModelsJson.Default.TrialRequest,
            ModelsJson.Default.ModelList,
            cancellation
        );

    public Task<ApiResult<ModelList>> StopShadowAsync(CancellationToken cancellation = default) =>
        api.DeleteAsync(Routes.ModelShadow, ModelsJson.Default.ModelList, cancellation);

    public Task<ApiResult<ModelList>> StopCanaryAsync(CancellationToken cancellation = default) =>
        api.DeleteAsync(Routes.ModelCanary, ModelsJson.Default.ModelList, cancellation);

    public Task<ApiResult<ModelList>> PromoteAsync(CancellationToken cancellation = default) =>
        api.CallAsync(HttpMethod.Post, Routes.ModelPromotion, ModelsJson.Default.ModelList, cancellation);
}
