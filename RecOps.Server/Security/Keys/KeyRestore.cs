namespace RecOps.Server.Security.Keys;

/// <summary>Restores the keys of the last run, after the settings were checked and before the server listens.</summary>
internal sealed class KeyRestore(ApiKeyRing keys) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        keys.Restore();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
