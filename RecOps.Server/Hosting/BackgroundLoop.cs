namespace RecOps.Server.Hosting;

/// <summary>
/// Work in the background that is done in rounds for as long as the server runs. An exception that leaves a hosted service ends the whole
/// process; none leaves this one: whatever a round throws is logged, and after a pause the next round begins.
/// </summary>
/// <param name="time">By which it pauses after a failure.</param>
internal abstract partial class BackgroundLoop(TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LogEvery = TimeSpan.FromMinutes(1);
    private readonly Lock _log = new();
    private string? _logged;
    private long _loggedAt;
    private bool _failing;

    /// <summary>Rounds that run at the same time.</summary>
    protected virtual int Workers => 1;

    /// <summary>By which it pauses after a failure.</summary>
    protected TimeProvider Time => time;

    private string Name => GetType().Name;

    /// <summary>Does one round. It waits for its occasion itself, for as long as it likes, and may throw anything.</summary>
    /// <returns>False when nothing is left to do until the process ends.</returns>
    protected abstract Task<bool> RoundAsync(CancellationToken stoppingToken);

    /// <returns>What is missing outside, where that is why a round failed, and no fault of the program; else null.</returns>
    protected virtual string? ReasonToWait(Exception error) => null;

    protected sealed override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => LoopAsync(stoppingToken)));

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        // Off the start path: a round may compute for long before it waits for anything.
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
                // Shut down; what is broken off in the middle may fail in many ways.
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

    /// <summary>Each failure is logged when it is new, and then once a minute: a loop that has nothing to wait for fails often.</summary>
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

    [LoggerMessage(1911, LogLevel.Error, "{Loop} failed; it goes on after a pause")]
    private partial void LogFailed(string loop, Exception error);

    [LoggerMessage(1912, LogLevel.Warning, "{Loop} has to wait: {Reason}")]
    private partial void LogUnavailable(string loop, string reason);

    [LoggerMessage(1913, LogLevel.Information, "{Loop} works again")]
    private partial void LogWorks(string loop);

    [LoggerMessage(1914, LogLevel.Debug, "{Loop} was broken off by the shutdown")]
    private partial void LogBrokenOff(string loop, Exception error);
}
