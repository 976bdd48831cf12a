using RecOps.Server.Hosting.Lifetime;
using RecOps.Serving.Engine;

namespace RecOps.Server.Engine;

/// <summary>Refreshes aged lists for as long as the server runs.</summary>
internal sealed class RefreshLoop(ListRefresher refresher, TimeProvider time, ILogger<RefreshLoop> logger) : BackgroundLoop(time, logger)
{
    protected override int Workers => ListRefresher.Workers;

    protected override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        await refresher.RenewNextAsync(stoppingToken);
        return true;
    }
}
