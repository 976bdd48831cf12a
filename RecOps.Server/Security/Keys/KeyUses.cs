using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Storage;

namespace RecOps.Server.Security.Keys;

/// <summary>
/// Saves the last use of each key once a minute, so that nobody revokes a key in use. Uses that cannot be saved wait for the database.
/// </summary>
internal sealed class KeyUses(ApiKeyRing ring, IServiceScopeFactory scopes, DatabaseState state, TimeProvider time, ILogger<KeyUses> logger)
    : PeriodicLoop(TimeSpan.FromMinutes(1), time, logger)
{
    /// <summary>Last uses that are not in the database yet: at most one per key.</summary>
    private readonly ConcurrentDictionary<string, DateTimeOffset> _waiting = new(StringComparer.Ordinal);

    public async Task SaveAsync(RecOpsDatabase database, CancellationToken cancellationToken = default)
    {
        foreach ((string id, DateTimeOffset at) in ring.TakeUses())
            _waiting.AddOrUpdate(id, at, (_, known) => known > at ? known : at);
        foreach (KeyValuePair<string, DateTimeOffset> use in _waiting)
        {
            (string id, DateTimeOffset at) = use;
            await database
                .ApiKeys.Where(key => key.Id == id && (key.LastUsedAt == null || key.LastUsedAt < at))
                .ExecuteUpdateAsync(set => set.SetProperty(key => key.LastUsedAt, at), cancellationToken);

            // Keep a use that arrived meanwhile.
            _waiting.TryRemove(use);
        }
    }

    protected override string? ReasonToWait(Exception error) => DatabaseFailure.ReasonToWait(error);

    protected override async Task TickAsync(CancellationToken stoppingToken)
    {
        if (!state.Ready.IsCompleted)
            return;
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        await SaveAsync(scope.ServiceProvider.GetRequiredService<RecOpsDatabase>(), stoppingToken);
    }
}
