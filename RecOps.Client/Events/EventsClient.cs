using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Events;

namespace RecOps.Client.Events;

/// <summary>Tells the server what a shopper just did.</summary>
internal sealed class EventsClient(ApiClient api)
{
    public Task<ApiResult<EventsResponse>> SendAsync(ShopEvent deed, CancellationToken cancellation = default) =>
        api.SendAsync(
            HttpMethod.Post,
            Routes.Events,
            new EventsRequest { Events = [deed] },
            EventsJson.Default.EventsRequest,
            EventsJson.Default.EventsResponse,
            cancellation
        );

    /// <summary>Clicks and purchases that lists led to over the last day.</summary>
    public Task<ApiResult<AttributionReport>> AttributionAsync(CancellationToken cancellation = default) =>
        api.GetAsync(Routes.Attribution, EventsJson.Default.AttributionReport, cancellation);
}
