namespace RecOps.Server.Hosting.Lifetime;

/// <summary>Repeats an action at a fixed interval.</summary>
/// <param name="interval">From one start to the next; an overrun skips ticks.</param>
/// <param name="time">Clock that it waits by.</param>
internal abstract class PeriodicLoop(TimeSpan interval, TimeProvider time, ILogger logger) : BackgroundLoop(time, logger)
{
    private readonly PeriodicTimer _timer = new(interval, time);

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    /// <summary>Runs once. It may throw anything.</summary>
    protected abstract Task TickAsync(CancellationToken stoppingToken);

    protected sealed override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        if (!await _timer.WaitForNextTickAsync(stoppingToken))
            return false;
        await TickAsync(stoppingToken);
        return true;
    }
}
