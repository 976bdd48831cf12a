namespace RecOps.Server.Security;

/// <summary>Takes the keys of the last run before the server listens, and after its settings were checked.</summary>
internal sealed class KeyRestore(ApiKeyRing keys) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        keys.Restore();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
