using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using RecOps.Server.Storage;

namespace RecOps.Server.Security;

/// <summary>Writes down once a minute which keys were used, so that nobody revokes one that is needed.</summary>
internal sealed class KeyUses(ApiKeyRing ring, IServiceScopeFactory scopes, DatabaseState state, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    public async Task SaveAsync(RecOpsDatabase database)
    {
        foreach ((string id, DateTimeOffset at) in ring.TakeUses())
        {
            await database.ApiKeys.Where(key => key.Id == id && (key.LastUsedAt == null || key.LastUsedAt < at))
                .ExecuteUpdateAsync(set => set.SetProperty(key => key.LastUsedAt, at));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (!state.Ready.IsCompleted) continue;
                await using AsyncServiceScope scope = scopes.CreateAsyncScope();
                try
                {
                    await SaveAsync(scope.ServiceProvider.GetRequiredService<RecOpsDatabase>());
                }
                catch (DbException)
                {
                    // The next minute's uses are as good.
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shut down.
        }
    }
}
