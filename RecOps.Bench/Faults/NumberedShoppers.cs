using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RecOps.Bench.Processes;
using RecOps.Server.Security;
using RecOps.Server.Security.Keys;
using RecOps.Shared;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;

namespace RecOps.Bench.Faults;

/// <summary>
/// Sends one event for each of many numbered shoppers, and finds out afterwards which of them a server still knows: an unknown shopper gets
/// the popular list.
/// </summary>
internal sealed class NumberedShoppers : IDisposable
{
    private const int EventsInCall = 10;
    private const int ShoppersInCall = 100;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ConcurrentBag<int[]> _answered = [];
    private readonly ConcurrentBag<int[]> _refused = [];
    private int _next;

    public NumberedShoppers() => _http.DefaultRequestHeaders.Add(StorefrontGate.Header, BenchAccess.Key);

    /// <summary>Shoppers whose event was answered 202.</summary>
    public int[] Answered => [.. _answered.SelectMany(call => call)];

    /// <summary>Shoppers whose event was answered 503.</summary>
    public int[] Refused => [.. _refused.SelectMany(call => call)];

    /// <summary>Calls whose connection broke before an answer: the fate of their events is unknown.</summary>
    public int Unanswered { get; private set; }

    public void Dispose() => _http.Dispose();

    /// <summary>Sends new shoppers' events until stopped.</summary>
    /// <param name="itemId">The item they view.</param>
    public Task SendAsync(IPEndPoint server, string itemId, int senders, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, senders).Select(_ => Task.Run(() => SendAsync(server, itemId, stop), CancellationToken.None)));

    /// <summary>Retries refused events until they are accepted.</summary>
    public async Task RepeatRefusedAsync(IPEndPoint server, string itemId, CancellationToken cancellation)
    {
        while (_refused.TryTake(out int[]? call))
        {
            if (await PostAsync(server, itemId, call, cancellation) == HttpStatusCode.Accepted)
            {
                _answered.Add(call);
                continue;
            }

            _refused.Add(call);
            await Task.Delay(500, cancellation);
        }
    }

    /// <param name="placement">Placement of the requested lists.</param>
    /// <returns>How many of the shoppers whose event was answered 202 are unknown to a server.</returns>
    public async Task<int> LostAsync(IPEndPoint server, string placement, CancellationToken cancellation)
    {
        int lost = 0;
        foreach (int[] some in Answered.Chunk(ShoppersInCall))
        {
            var request = new RecommendationBatchRequest
            {
                Requests =
                [
                    .. some.Select(number => new RecommendationRequest
                    {
                        UserId = IdOf(number),
                        Count = 1,
                        Placement = placement,
                    }),
                ],
            };
            using HttpResponseMessage answer = await _http.PostAsJsonAsync(
                $"http://{server}{Routes.RecommendationsBatch}",
                request,
                Json,
                cancellation
            );
            answer.EnsureSuccessStatusCode();
            var lists = await answer.Content.ReadFromJsonAsync<RecommendationBatchResponse>(Json, cancellation);
            lost += lists!.Responses.Count(list => list.Response is null or { Source: RecommendationSource.Popular });
        }

        return lost;
    }

    /// <returns>The item that a server shows first to an unknown shopper.</returns>
    public async Task<string> SomeItemAsync(IPEndPoint server, CancellationToken cancellation)
    {
        var list = await _http.GetFromJsonAsync<RecommendationResponse>(
            $"http://{server}{Routes.RecommendationsFor("nobody")}?count=1",
            Json,
            cancellation
        );
        return list!.Items[0].ItemId;
    }

    private static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"numbered-{number:000000}");

    private async Task SendAsync(IPEndPoint server, string itemId, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            int first = Interlocked.Add(ref _next, EventsInCall) - EventsInCall;
            int[] call = [.. Enumerable.Range(first, EventsInCall)];
            try
            {
                HttpStatusCode status = await PostAsync(server, itemId, call, CancellationToken.None);
                if (status == HttpStatusCode.Accepted)
                    _answered.Add(call);
                else
                    _refused.Add(call);
                if (status != HttpStatusCode.Accepted)
                    await Task.Delay(100, CancellationToken.None);
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                Unanswered++;
                return;
            }
        }
    }

    private async Task<HttpStatusCode> PostAsync(IPEndPoint server, string itemId, int[] call, CancellationToken cancellation)
    {
        var request = new EventsRequest
        {
            Events =
            [
                .. call.Select(number => new ShopEvent
                {
                    UserId = IdOf(number),
                    ItemId = itemId,
                    Type = ShopEventType.View,
                }),
            ],
        };
        using HttpResponseMessage answer = await _http.PostAsJsonAsync($"http://{server}{Routes.Events}", request, Json, cancellation);
        return answer.StatusCode;
    }
}
