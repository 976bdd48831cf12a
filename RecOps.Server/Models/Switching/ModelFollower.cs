using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RecOps.Server.Models.Trials;
using RecOps.Server.Replication;
using RecOps.Server.Storage;
using RecOps.Serving.Models;

namespace RecOps.Server.Models.Switching;

/// <summary>
/// Makes this server serve and try the models that any replica decided on. Preparing a bundle takes seconds, so it runs beside the change
/// feed.
/// </summary>
internal sealed partial class ModelFollower(
    ActiveModel active,
    IServiceProvider services,
    IOptions<ModelsOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<ModelFollower> logger
) : IReplicated, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _one = new(1, 1);
    private int _decision;

    public string Subject => Epoch.Models;

    public void Dispose() => _one.Dispose();

    public async Task LoadAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        ModelActivation? newest = await database
            .ModelActivations.AsNoTracking()
            .OrderByDescending(row => row.Id)
            .FirstOrDefaultAsync(cancellationToken);
        ModelTrial[] trials = await database.ModelTrials.AsNoTracking().ToArrayAsync(cancellationToken);
        _ = FollowAsync(newest, trials, Interlocked.Increment(ref _decision));
    }

    /// <param name="decision">Number of the decision: a later one replaces it.</param>
    private async Task FollowAsync(ModelActivation? newest, ModelTrial[] trials, int decision)
    {
        await Task.Yield();
        while (!await TryFollowAsync(newest, trials) && Volatile.Read(ref _decision) == decision)
        {
            // A failure for lack of memory or disk space, or because files are still being copied, may succeed later; a refused bundle does
            // not count as a failure.
            await Task.Delay(Pause, time, lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (lifetime.ApplicationStopping.IsCancellationRequested)
                return;
        }
    }

    private async Task<bool> TryFollowAsync(ModelActivation? newest, ModelTrial[] trials)
    {
        try
        {
            // The first model is loaded at start-up.
            await active.Settled.WaitAsync(lifetime.ApplicationStopping);
            await _one.WaitAsync(lifetime.ApplicationStopping);
            try
            {
                ModelSwitch models = services.GetRequiredService<ModelSwitch>();
                if (newest is not null && newest.Configured == options.Value.Active && models.Expected == 0)
                    await models.FollowAsync(newest, lifetime.ApplicationStopping);
                await services.GetRequiredService<ModelTrials>().FollowAsync(trials, lifetime.ApplicationStopping);
                return true;
            }
            finally
            {
                _one.Release();
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception error)
        {
            LogNotFollowed(error);
            return false;
        }
    }

    [LoggerMessage(1024, LogLevel.Error, "Model changes could not be applied; retrying")]
    private partial void LogNotFollowed(Exception error);
}
