
namespace RecOps.Server.Models.Copies;

/// <summary>
/// Notices when files of a bundle that is served are changed on disk. It asks for their stamps every few seconds: volumes on a network tell
/// nobody of changes.
/// </summary>
internal sealed partial class SourceWatch(ActiveModel active, BundleCopies copies, TimeProvider time, ILogger<SourceWatch> logger) : BackgroundService
{
    /// <summary>How long a change goes unnoticed at most, as long as nothing has to be read.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>After the start: bundles that are only tried are opened again by then.</summary>
    private static readonly TimeSpan Tidying = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        DateTimeOffset? tidy = time.GetUtcNow() + Tidying;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await Task.Run(Look, stoppingToken);
                if (tidy > time.GetUtcNow() || active.Current is null) continue;
                if (tidy is not null) copies.RemoveLeftovers();
                tidy = null;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shut down.
        }
    }

    private void Look()
    {
        foreach (ServingModel model in active.Live)
        {
            try
            {
                if (!model.Source.Look(time.GetUtcNow())) continue;
                if (model.Source.Change is { } change) LogChanged(model.Bundle, string.Join(", ", change.Files), change.Detail, change.Advice);
                else LogRestored(model.Bundle);
            }
            catch (Exception error)
            {
                LogFailed(model.Bundle, error);
            }
        }
    }

    [LoggerMessage(1045, LogLevel.Error,
        "Files of the bundle {Bundle} were changed on disk while it is served ({Files}): {Detail} Lists are still made from what was verified. {Advice}")]
    private partial void LogChanged(string bundle, string files, string detail, string advice);

    [LoggerMessage(1046, LogLevel.Information, "The files of the bundle {Bundle} are again those that are served")]
    private partial void LogRestored(string bundle);

    [LoggerMessage(1047, LogLevel.Error, "The files of the bundle {Bundle} could not be looked at")]
    private partial void LogFailed(string bundle, Exception error);
}
