using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using RecOps.Bench.Processes;
using RecOps.Server.Security;
using RecOps.Server.Security.Keys;
using RecOps.Shared;
using RecOps.Shared.Catalog;

namespace RecOps.Bench.Catalog;

/// <summary>Changes a server's catalogue as a shop would.</summary>
internal sealed class CatalogCalls : IDisposable
{
    public const int ItemsOfACall = 1_000;
    private readonly HttpClient _http;
    private readonly string[] _ids;

    public CatalogCalls(IPEndPoint server, string[] ids)
    {
        _ids = ids;
        _http = new HttpClient { BaseAddress = new Uri($"http://{server}") };
        _http.DefaultRequestHeaders.Add(StorefrontGate.Header, BenchAccess.Key);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Changes the price, stock and an attribute of the next items, starting over after the last one.</summary>
    /// <returns>How long the call took.</returns>
    public async Task<TimeSpan> ChangeAsync(int call, CancellationToken cancellation)
    {
        var items = new CatalogItemUpdate[ItemsOfACall];
        for (int i = 0; i < items.Length; i++)
        {
            int number = (call * ItemsOfACall) + i;
            items[i] = new CatalogItemUpdate
            {
                ItemId = _ids[number % _ids.Length],
                Price = number % 10_000,
                InStock = true,
                Attributes = new() { ["season"] = (number % 7).ToString(CultureInfo.InvariantCulture) },
            };
        }

        using HttpContent content = JsonContent.Create(new CatalogUpdateRequest { Items = items });
        long start = Stopwatch.GetTimestamp();
        using HttpResponseMessage answer = await _http.PatchAsync(Routes.CatalogItems, content, cancellation);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync(cancellation);
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Waits until the server accepts changes: it serves before its database is available.</summary>
    public async Task ReadyAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await SetPriceAsync(1, cancellation);
                return;
            }
            catch (HttpRequestException error) when (error.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                await Task.Delay(100, cancellation);
            }
        }
    }

    public async Task SetPriceAsync(int price, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await _http.PatchAsJsonAsync(
            Routes.CatalogItems,
            new CatalogUpdateRequest { Items = [new CatalogItemUpdate { ItemId = _ids[0], Price = price }] },
            cancellation
        );
        answer.EnsureSuccessStatusCode();
    }
}
