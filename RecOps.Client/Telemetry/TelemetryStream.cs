using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components.WebAssembly.Http;
using RecOps.Shared;

namespace RecOps.Client.Telemetry;

/// <summary>One connection to the server's event stream.</summary>
internal sealed class TelemetryStream(HttpClient http)
{
    public const string SnapshotEvent = "snapshot";

    /// <summary>Events as they arrive, heartbeats included, until the server or the network ends the connection.</summary>
    /// <exception cref="HttpRequestException">The server was not reached or refused.</exception>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Routes.Relative(Routes.TelemetryStream));
        request.SetBrowserResponseStreamingEnabled(true);
        request.SetBrowserRequestCache(BrowserRequestCache.NoStore);
        request.Headers.Accept.Add(new("text/event-stream"));

        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        response.EnsureSuccessStatusCode();
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellation);
        await foreach (SseItem<string> item in SseParser.Create(body).EnumerateAsync(cancellation))
            yield return item;
    }
}
