using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Demo;

namespace RecOps.Client.Demo;

/// <summary>Reads and sets the demo shop's traffic.</summary>
internal sealed class DemoTrafficClient(ApiClient api)
{
    public Task<ApiResult<DemoTrafficState>> GetAsync(CancellationToken cancellation = default) =>
        api.GetAsync(Routes.DemoTraffic, DemoJson.Default.DemoTrafficState, cancellation);

    public Task<ApiResult<DemoTrafficState>> UpdateAsync(DemoTrafficUpdate update, CancellationToken cancellation = default) =>
        api.SendAsync(
            HttpMethod.Put,
            Routes.DemoTraffic,
            update,
            DemoJson.Default.DemoTrafficUpdate,
            DemoJson.Default.DemoTrafficState,
            cancellation
        );
}
