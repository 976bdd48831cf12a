namespace RecOps.Server.Hosting;

/// <summary>Does something again and again, a fixed time apart.</summary>
/// <param name="interval">From one beginning to the next; what takes longer leaves some out.</param>
/// <param name="time">By which it waits.</param>
internal abstract class PeriodicLoop(TimeSpan interval, TimeProvider time, ILogger logger) : BackgroundLoop(time, logger)
{
    private readonly PeriodicTimer _timer = new(interval, time);

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    /// <summary>Does it once. It may throw anything.</summary>
    protected abstract Task TickAsync(CancellationToken stoppingToken);

    protected sealed override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        if (!await _timer.WaitForNextTickAsync(stoppingToken))
            return false;
        await TickAsync(stoppingToken);
        return true;
    }
}
