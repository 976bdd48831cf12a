using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Security.Keys;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Shared;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Demo;

/// <summary>
/// Sends demo shoppers through the server's own HTTP API. Arrivals are an open-loop Poisson process; arrivals beyond the limit of requests
/// in flight are dropped.
/// </summary>
internal sealed partial class DemoTraffic(
    DemoTrafficControl control,
    ActiveModel active,
    ApiKeyRing keys,
    IServer server,
    IHostApplicationLifetime lifetime,
    IOptions<ServingOptions> serving,
    ILogger<DemoTraffic> logger
) : BackgroundLoop(TimeProvider.System, logger)
{
    private const int MaxConcurrent = 64;
    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(100);
    private readonly SemaphoreSlim _free = new(MaxConcurrent, MaxConcurrent);
    private readonly ILogger _logger = logger;
    private DateTimeOffset _nextWarning;

    public override void Dispose()
    {
        _free.Dispose();
        base.Dispose();
    }

    protected override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        // Visitors leave when shutdown begins, not when it has ended.
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            await VisitAsync(closing.Token);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // Shut down.
        }

        return false;
    }

    private async Task VisitAsync(CancellationToken cancellationToken)
    {
        var random = new Random();
        await StartedAsync().WaitAsync(cancellationToken);
        await active.Settled.WaitAsync(cancellationToken);
        if (active.Current is null || OwnAddress() is not { } address)
            return;
        var shoppers = new DemoShoppers(random, serving.Value.AllPlacements);
        using var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) };
        client.DefaultRequestHeaders.Add(StorefrontGate.Header, keys.OwnSecret);
        TimeProvider time = Time;
        long start = time.GetTimestamp();
        double due = 0;
        while (true)
        {
            double rate = control.Rate;
            double now = time.GetElapsedTime(start).TotalSeconds;
            if (rate <= 0 || now - due > 1)
            {
                // Off, or far behind after a pause of the machine: start afresh instead of catching up.
                due = now;
                await Task.Delay(rate <= 0 ? Nap : TimeSpan.Zero, cancellationToken);
                if (rate <= 0)
                    continue;
            }

            due += -Math.Log(1 - random.NextDouble()) / rate;
            while (due > (now = time.GetElapsedTime(start).TotalSeconds) && control.Rate > 0)
                await Task.Delay(TimeSpan.FromSeconds(Math.Min(Nap.TotalSeconds, due - now)), cancellationToken);
            if (!_free.Wait(0, cancellationToken))
                continue;
            bool begun = false;
            try
            {
                // Looked up each time: holding on to a replaced model would keep it in memory for as long as there is traffic.
                RecommendationRequest request = shoppers.NextRequest(active.Current!);
                _ = VisitOnceAsync(client, request, new DemoShoppers(new Random(random.Next()), []), cancellationToken);
                begun = true;
            }
            finally
            {
                if (!begun)
                    _free.Release();
            }
        }
    }

    /// <summary>Completes when the server listens.</summary>
    private Task StartedAsync()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        return started.Task;
    }

    private async Task VisitOnceAsync(
        HttpClient client,
        RecommendationRequest request,
        DemoShoppers shopper,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using HttpResponseMessage answer = await client.PostAsJsonAsync(
                Routes.Recommendations,
                request,
                DemoContracts.Default.RecommendationRequest,
                cancellationToken
            );
            if (!answer.IsSuccessStatusCode)
                return;
            RecommendationResponse? list = await answer.Content.ReadFromJsonAsync(
                DemoContracts.Default.RecommendationResponse,
                cancellationToken
            );
            ShopEvent[] events = list is null ? [] : shopper.React(list);
            if (events.Length == 0)
                return;
            using HttpResponseMessage taken = await client.PostAsJsonAsync(
                Routes.Events,
                new EventsRequest { Events = events },
                DemoContracts.Default.EventsRequest,
                cancellationToken
            );
        }
        catch (Exception error)
        {
            // Nobody awaits it.
            Warn(error, cancellationToken);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Once a minute at most: the telemetry has the rest.</summary>
    private void Warn(Exception error, CancellationToken cancellationToken)
    {
        DateTimeOffset now = Time.GetUtcNow();
        if (cancellationToken.IsCancellationRequested || now < _nextWarning)
            return;
        _nextWarning = now.AddMinutes(1);
        LogNoAnswer(error.Message);
    }

    /// <summary>Address at which this server can call itself; null when it listens nowhere, as in tests.</summary>
    private Uri? OwnAddress()
    {
        string? address = server
            .Features.Get<IServerAddressesFeature>()
            ?.Addresses.OrderBy(a => a.StartsWith("https", StringComparison.OrdinalIgnoreCase))
            .FirstOrDefault();
        if (address is null)
            return null;
        BindingAddress bound = BindingAddress.Parse(address);
        string host = bound.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : bound.Host;
        return new Uri($"{bound.Scheme}://{host}:{bound.Port}{bound.PathBase}");
    }

    [LoggerMessage(1301, LogLevel.Warning, "Demo traffic got no answer: {Reason}")]
    private partial void LogNoAnswer(string reason);
}
