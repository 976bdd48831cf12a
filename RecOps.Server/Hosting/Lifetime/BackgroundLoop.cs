namespace RecOps.Server.Hosting.Lifetime;

/// <summary>
/// Background work done in rounds for as long as the server runs. An exception that escapes a hosted service ends the whole process; none
/// escapes this one. Whatever a round throws is logged, and the next round starts after a pause.
/// </summary>
/// <param name="time">Clock for the pause after a failure.</param>
internal abstract partial class BackgroundLoop(TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LogEvery = TimeSpan.FromMinutes(1);
    private readonly Lock _log = new();
    private string? _logged;
    private long _loggedAt;
    private bool _failing;

    /// <summary>Rounds that run concurrently.</summary>
    protected virtual int Workers => 1;

    /// <summary>Clock for the pause after a failure.</summary>
    protected TimeProvider Time => time;

    private string Name => GetType().Name;

    /// <summary>Runs one round. It waits for its own trigger, as long as needed, and may throw anything.</summary>
    /// <returns>False when nothing is left to do.</returns>
    protected abstract Task<bool> RoundAsync(CancellationToken stoppingToken);

    /// <returns>What is missing outside the process, where that caused the failure and not a bug; else null.</returns>
    protected virtual string? ReasonToWait(Exception error) => null;

    protected sealed override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => LoopAsync(stoppingToken)));

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        // Off the start-up path: a round may compute for a long time before its first await.
        await Task.Yield();
        TimeSpan pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                bool goesOn = await RoundAsync(stoppingToken);
                Succeeded();
                if (!goesOn)
                    return;
                pause = FirstPause;
            }
            catch (Exception error) when (stoppingToken.IsCancellationRequested)
            {
                // Shutting down; an aborted round may fail in many ways.
                if (error is not OperationCanceledException)
                    LogBrokenOff(Name, error);
            }
            catch (Exception error)
            {
                Failed(error);
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause + pause < LongestPause ? pause + pause : LongestPause;
            }
        }
    }

    private void Succeeded()
    {
        lock (_log)
        {
            if (!_failing)
                return;
            _failing = false;
        }

        LogWorks(Name);
    }

    /// <summary>Logs each new failure at once and repeats it once a minute: a loop that has nothing to wait for fails often.</summary>
    private void Failed(Exception error)
    {
        string what = $"{error.GetType()}: {error.Message}";
        lock (_log)
        {
            if (what == _logged && time.GetElapsedTime(_loggedAt) < LogEvery)
                return;
            (_logged, _loggedAt, _failing) = (what, time.GetTimestamp(), true);
        }

        if (ReasonToWait(error) is { } reason)
            LogUnavailable(Name, reason);
        else
            LogFailed(Name, error);
    }

    [LoggerMessage(1911, LogLevel.Error, "{Loop} failed; it continues after a pause")]
    private partial void LogFailed(string loop, Exception error);

    [LoggerMessage(1912, LogLevel.Warning, "{Loop} is waiting: {Reason}")]
    private partial void LogUnavailable(string loop, string reason);

    [LoggerMessage(1913, LogLevel.Information, "{Loop} works again")]
    private partial void LogWorks(string loop);

    [LoggerMessage(1914, LogLevel.Debug, "{Loop} was interrupted by the shutdown")]
    private partial void LogBrokenOff(string loop, Exception error);
}
