using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RecOps.Server.Models.Trials;
using RecOps.Server.Replication;
using RecOps.Server.Storage;

namespace RecOps.Server.Models.Switching;

/// <summary>
/// Has this server serve the model, and try those, that were decided on any replica. A bundle takes seconds to be made ready, so that
/// happens beside the feed of changes.
/// </summary>
internal sealed partial class ModelFollower(
    ActiveModel active, IServiceProvider services, IOptions<ModelsOptions> options, IHostApplicationLifetime lifetime, ILogger<ModelFollower> logger) : IReplicated, IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    public string Subject => Epoch.Models;

    public void Dispose() => _one.Dispose();

    public async Task LoadAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        ModelActivation? newest = await database.ModelActivations.AsNoTracking().OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellationToken);
        ModelTrial[] trials = await database.ModelTrials.AsNoTracking().ToArrayAsync(cancellationToken);
        _ = FollowAsync(newest, trials);
    }

    private async Task FollowAsync(ModelActivation? newest, ModelTrial[] trials)
    {
        await Task.Yield();
        try
        {
            // The first model is loaded by whoever starts the server.
            await active.Settled.WaitAsync(lifetime.ApplicationStopping);
            await _one.WaitAsync(lifetime.ApplicationStopping);
            try
            {
                ModelSwitch models = services.GetRequiredService<ModelSwitch>();
                if (newest is not null && newest.Configured == options.Value.Active && models.Expected == 0)
                    await models.FollowAsync(newest, lifetime.ApplicationStopping);
                await services.GetRequiredService<ModelTrials>().FollowAsync(trials, lifetime.ApplicationStopping);
            }
            finally
            {
                _one.Release();
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Shut down.
        }
        catch (Exception error)
        {
            LogNotFollowed(error);
        }
    }

    [LoggerMessage(1024, LogLevel.Error, "What was decided about models could not be followed")]
    private partial void LogNotFollowed(Exception error);
}
