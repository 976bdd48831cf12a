using RecOps.Server.Hosting.Lifetime;
using RecOps.Serving.Models;

namespace RecOps.Server.Models.Copies;

/// <summary>
/// Notices when files of a served bundle change on disk. It polls their stamps every few seconds: network volumes send no change
/// notifications.
/// </summary>
internal sealed partial class SourceWatch(ActiveModel active, BundleCopies copies, TimeProvider time, ILogger<SourceWatch> logger)
    : PeriodicLoop(SourceWatch.Interval, time, logger)
{
    /// <summary>How long a change can go unnoticed, as long as nothing has to be read.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>After the start: bundles on trial have been reopened by then.</summary>
    private static readonly TimeSpan Tidying = TimeSpan.FromMinutes(1);

    private DateTimeOffset? _tidy = time.GetUtcNow() + Tidying;

    protected override async Task TickAsync(CancellationToken stoppingToken)
    {
        await Task.Run(Look, stoppingToken);
        if (_tidy > Time.GetUtcNow() || active.Current is null)
            return;
        if (_tidy is not null)
            copies.RemoveLeftovers();
        _tidy = null;
    }

    private void Look()
    {
        foreach (ServingModel model in active.Live)
        {
            try
            {
                if (!model.Source.Look(Time.GetUtcNow()))
                    continue;
                if (model.Source.Change is { } change)
                    LogChanged(model.Bundle, string.Join(", ", change.Files), change.Detail, change.Advice);
                else
                    LogRestored(model.Bundle);
            }
            catch (Exception error)
            {
                LogNotLooked(model.Bundle, error);
            }
        }
    }

    [LoggerMessage(
        1045,
        LogLevel.Error,
        "Files of bundle {Bundle} were changed on disk while it is being served ({Files}): {Detail} Lists are still made from the "
            + "verified copy. {Advice}"
    )]
    private partial void LogChanged(string bundle, string files, string detail, string advice);

    [LoggerMessage(1046, LogLevel.Information, "The files of bundle {Bundle} match the served ones again")]
    private partial void LogRestored(string bundle);

    [LoggerMessage(1047, LogLevel.Error, "The files of bundle {Bundle} could not be checked")]
    private partial void LogNotLooked(string bundle, Exception error);
}
