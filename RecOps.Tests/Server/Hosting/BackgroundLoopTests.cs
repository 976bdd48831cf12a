using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Storage;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

public sealed class BackgroundLoopTests
{
    private static readonly Exception[] Failures =
    [
        new InvalidOperationException(
            "An exception has been raised that is likely due to a transient failure.",
            new NpgsqlException("gone", new SocketException(111))
        ),
        new NpgsqlException("gone"),
        new TimeoutException("late"),
        new TaskCanceledException("by somebody else"),
        new ObjectDisposedException("connection"),
        new ArgumentOutOfRangeException("anything"),
    ];

    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _log = [];

    [Fact]
    public async Task Services_EveryOneInTheBackground_IsALoopThatNoExceptionLeaves()
    {
        Type[] known =
        [
            .. typeof(BackgroundLoop).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(BackgroundService)) && !type.IsAbstract),
        ];
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        Type[] hosted =
        [
            .. application.Services.GetServices<IHostedService>().OfType<BackgroundService>().Select(service => service.GetType()),
        ];

        Assert.All(known.Union(hosted), type => Assert.True(type.IsSubclassOf(typeof(BackgroundLoop)), $"{type} is no BackgroundLoop."));
        Assert.True(hosted.Length >= 15, $"Only {hosted.Length} were found.");
        Assert.True(
            typeof(BackgroundLoop)
                .GetMethod("ExecuteAsync", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!
                .IsFinal
        );
    }

    [Fact]
    public async Task Round_Throws_TheNextBeginsAfterAPause()
    {
        int rounds = 0;
        using var loop = new Loop(_time, _log, _ => ++rounds <= Failures.Length ? throw Failures[rounds - 1] : Task.FromResult(false));

        await loop.StartAsync(TestContext.Current.CancellationToken);
        await Waiting.UntilAsync(() => loop.Logged == 1);
        Assert.Equal(1, Volatile.Read(ref rounds));
        await Waiting.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return loop.ExecuteTask!.IsCompleted;
        });

        Assert.True(loop.ExecuteTask!.IsCompletedSuccessfully);
        Assert.Equal(Failures.Length + 1, rounds);
        Assert.Equal(Failures.Length, _log.Count(line => !line.StartsWith("Information", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Round_GoesOnFailing_PausesGrowAndItIsLoggedOnceAMinute()
    {
        int rounds = 0;
        using var loop = new Loop(
            _time,
            _log,
            _ =>
            {
                Interlocked.Increment(ref rounds);
                throw new InvalidOperationException("broken");
            }
        );
        DateTimeOffset start = _time.GetUtcNow();

        await loop.StartAsync(TestContext.Current.CancellationToken);
        await Waiting.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return Volatile.Read(ref rounds) >= 30;
        });
        await loop.StopAsync(TestContext.Current.CancellationToken);

        // The first four pauses are 0.5 to 4 s, all others 8 s.
        double seconds = (_time.GetUtcNow() - start).TotalSeconds;
        Assert.InRange(rounds, 30, 5 + (seconds / 8));
        Assert.InRange(loop.Logged, 3, 1 + (seconds / 60));
        Assert.All(_log, line => Assert.Equal("Error Loop failed; it continues after a pause", line));
        Assert.True(loop.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Round_WorksAgain_SaysSoOnce()
    {
        int rounds = 0;
        using var loop = new Loop(_time, _log, _ => ++rounds == 1 ? throw new NpgsqlException("gone") : Task.FromResult(rounds < 4));

        await loop.StartAsync(TestContext.Current.CancellationToken);
        await Waiting.UntilAsync(() => loop.Logged == 1);
        await Waiting.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(0.25));
            return loop.ExecuteTask!.IsCompleted;
        });

        Assert.Equal(["Warning Loop is waiting: gone", "Information Loop works again"], _log);
    }

    [Fact]
    public async Task Stop_InARoundThatFailsForIt_EndsWell()
    {
        var begun = new TaskCompletionSource();
        using var loop = new Loop(
            _time,
            _log,
            async stopping =>
            {
                begun.TrySetResult();
                await Task.Delay(Timeout.Infinite, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new InvalidOperationException("broken off");
            }
        );

        await loop.StartAsync(TestContext.Current.CancellationToken);
        await begun.Task.WaitAsync(Waiting.Patience, TestContext.Current.CancellationToken);
        await loop.StopAsync(TestContext.Current.CancellationToken);

        Assert.True(loop.ExecuteTask!.IsCompletedSuccessfully);
        Assert.Equal(["Debug Loop was interrupted by the shutdown"], _log);
    }

    private sealed class Loop(FakeTimeProvider time, List<string> log, Func<CancellationToken, Task<bool>> round)
        : BackgroundLoop(time, new Lines(log))
    {
        public int Logged
        {
            get
            {
                lock (log)
                    return log.Count;
            }
        }

        protected override string? ReasonToWait(Exception error) => DatabaseFailure.ReasonToWait(error);

        protected override Task<bool> RoundAsync(CancellationToken stoppingToken) => round(stoppingToken);
    }

    private sealed class Lines(List<string> log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            lock (log)
                log.Add($"{logLevel} {formatter(state, exception)}");
        }
    }
}
