using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Storage;

namespace RecOps.Server.Catalog;

/// <summary>Writes catalogue changes to the data directory in the background: within a second, and at shutdown.</summary>
internal sealed partial class CatalogKeeping(CatalogChanges changes, CatalogFile file, TimeProvider time, ILogger<CatalogKeeping> logger)
    : PeriodicLoop(TimeSpan.FromSeconds(1), time, logger)
{
    /// <summary>A failed write may be millions of rows, so it is not retried every second.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    private DateTimeOffset _next;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is { IsCompleted: true })
            Write();
    }

    protected override string? ReasonToWait(Exception error) => DatabaseFailure.ReasonToWait(error);

    protected override Task TickAsync(CancellationToken stoppingToken)
    {
        if (Time.GetUtcNow() >= _next)
            Write();
        return Task.CompletedTask;
    }

    private void Write()
    {
        (IReadOnlyCollection<KnownItem> rows, CatalogMark mark, bool all) = changes.TakeUnwritten(file.Rows);
        if (rows.Count == 0 && !all)
            return;
        try
        {
            if (all)
                file.Replace(rows, mark);
            else
                file.Append(rows, mark);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            changes.NotWritten();
            _next = Time.GetUtcNow() + AfterFailure;
            LogNotWritten(error.Message);
        }
    }

    [LoggerMessage(2104, LogLevel.Warning, "Catalogue changes could not be copied to the data directory: {Reason}")]
    private partial void LogNotWritten(string reason);
}
