using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Identity;

namespace RecOps.Server.Security;

/// <summary>
/// Hashes passwords, which takes a tenth of a second of a core each by design. Those of strangers get an eighth of the cores, and that only
/// while nothing else wants them, so that however many try to sign in, shoppers go first. Safe from any thread.
/// </summary>
internal sealed partial class PasswordHashing(IPasswordHasher<Person> hasher) : IDisposable
{
    private const int SchedulesWhenIdle = 5;

    private const int Share = 8;
    private static readonly int Threads = Math.Max(1, Environment.ProcessorCount / 4);

    // On a machine that is never idle a stranger's password is hashed like any other after this, one at a time and not without a pause.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Lane _known = new("passwords", 1, rest: 0, whenIdle: false);
    private readonly Lane _strangers = new(
        "passwords of strangers",
        Threads,
        rest: (Share * Threads / Environment.ProcessorCount) - 1,
        whenIdle: true
    );
    private readonly SemaphoreSlim _impatient = new(1, 1);
    private readonly CancellationTokenSource _ended = new();

    /// <param name="isKnown">Whether it is of somebody who is known already, whom strangers must not hold up.</param>
    public Task<string> HashAsync(Person person, string password, bool isKnown = true) =>
        RunAsync(() => hasher.HashPassword(person, password), isKnown);

    /// <param name="hash">Of the right password; null when there is none, which no password is right for.</param>
    /// <param name="isKnown">Whether it is of somebody who is known already, whom strangers must not hold up.</param>
    public Task<PasswordVerificationResult> VerifyAsync(Person person, string? hash, string password, bool isKnown) =>
        hash is null
            ? Task.FromResult(PasswordVerificationResult.Failed)
            : RunAsync(() => hasher.VerifyHashedPassword(person, hash, password), isKnown);

    public void Dispose()
    {
        _ended.Cancel();
        _known.End();
        _strangers.End();
    }

    private async Task<T> RunAsync<T>(Func<T> work, bool isKnown)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        (isKnown ? _known : _strangers).Add(Work);
        if (!isKnown)
            _ = HurryAsync(result.Task, Work);
        return await result.Task.WaitAsync(_ended.Token);

        void Work()
        {
            if (result.Task.IsCompleted)
                return;
            try
            {
                result.TrySetResult(work());
            }
            catch (Exception error)
            {
                result.TrySetException(error);
            }
        }
    }

    /// <summary>
    /// Has it done a second time, where it counts, if strangers get no time at all; whichever is done first is the result.
    /// </summary>
    private async Task HurryAsync(Task result, Action work)
    {
        while (await Task.WhenAny(result, Task.Delay(Patience, _ended.Token)) != result && !_ended.IsCancellationRequested)
        {
            if (!_strangers.IsStarved || !await _impatient.WaitAsync(0, CancellationToken.None))
                continue;
            _known.Add(work);

            // Not a delay without end: what that registers with the token stays there until the server ends.
            await result.WaitAsync(_ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(Pause, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _impatient.Release();
        }
    }

    /// <summary>Threads and what they have to do, in order. They begin with the first password: most servers never see one.</summary>
    /// <param name="rest">After each, in times of what it took.</param>
    private sealed class Lane(string name, int threads, int rest, bool whenIdle)
    {
        private readonly Queue<Action> _waiting = new();
        private long _done;
        private bool _isStarted;
        private bool _hasEnded;

        /// <summary>Whether something waits and nothing was done for long.</summary>
        public bool IsStarved
        {
            get
            {
                lock (_waiting)
                    return Stopwatch.GetElapsedTime(_done) > Patience;
            }
        }

        public void Add(Action work)
        {
            lock (_waiting)
            {
                if (_waiting.Count == 0)
                    _done = Stopwatch.GetTimestamp();
                _waiting.Enqueue(work);
                Monitor.Pulse(_waiting);
                if (_isStarted)
                    return;
                _isStarted = true;
            }

            for (int i = 0; i < threads; i++)
                new Thread(Work) { IsBackground = true, Name = name }.Start();
        }

        public void End()
        {
            lock (_waiting)
            {
                _hasEnded = true;
                Monitor.PulseAll(_waiting);
            }
        }

        private void Work()
        {
            if (whenIdle)
                BeLast();
            while (Next() is { } work)
            {
                long start = Stopwatch.GetTimestamp();
                work();
                if (rest > 0)
                    Thread.Sleep(rest * Stopwatch.GetElapsedTime(start));
                lock (_waiting)
                    _done = Stopwatch.GetTimestamp();
            }
        }

        private Action? Next()
        {
            lock (_waiting)
            {
                while (!_hasEnded && _waiting.Count == 0)
                    Monitor.Wait(_waiting);
                return _hasEnded ? null : _waiting.Dequeue();
            }
        }
    }

    /// <summary>
    /// The runtime's priorities do nothing on Linux, and a low niceness still has others wait for the end of a time slice; SCHED_IDLE makes
    /// way at once.
    /// </summary>
    private static void BeLast()
    {
        Thread.CurrentThread.Priority = ThreadPriority.Lowest;
        int none = 0;
        if (OperatingSystem.IsLinux())
            _ = SetScheduler(0, SchedulesWhenIdle, in none);
    }

    /// <param name="thread">0 for the one that calls.</param>
    /// <param name="priority">0 for policies without.</param>
    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, in int priority);
}
