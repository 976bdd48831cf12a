using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Identity;
using RecOps.Server.Security.People;

namespace RecOps.Server.Security.Sessions;

/// <summary>
/// Hashes passwords, which takes a tenth of a second of one core each by design. Strangers' passwords get an eighth of the cores, and only
/// while nothing else needs them, so that shoppers go first however many try to sign in. Safe from any thread.
/// </summary>
internal sealed partial class PasswordHashing(IPasswordHasher<Person> hasher) : IDisposable
{
    private const int SchedulesWhenIdle = 5;

    private const int Share = 8;
    private static readonly int Threads = Math.Max(1, Environment.ProcessorCount / 4);

    // On a machine that is never idle, a stranger's password is hashed normally after this time, one at a time and with pauses.
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

    /// <param name="isKnown">Whether the person is already known, whom strangers must not hold up.</param>
    public Task<string> HashAsync(Person person, string password, bool isKnown = true) =>
        RunAsync(() => hasher.HashPassword(person, password), isKnown);

    /// <param name="hash">Hash of the correct password; null when there is none, so that no password matches.</param>
    /// <param name="isKnown">Whether the person is already known, whom strangers must not hold up.</param>
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

    /// <summary>Runs it a second time, at normal priority, if strangers get no time at all; the first result counts.</summary>
    private async Task HurryAsync(Task result, Action work)
    {
        while (await Task.WhenAny(result, Task.Delay(Patience, _ended.Token)) != result && !_ended.IsCancellationRequested)
        {
            if (!_strangers.IsStarved || !await _impatient.WaitAsync(0, CancellationToken.None))
                continue;
            _known.Add(work);

            // Not an infinite delay: its registration on the token would stay until the server ends.
            await result.WaitAsync(_ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(Pause, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _impatient.Release();
        }
    }

    /// <summary>Worker threads and their queue. They start with the first password: most servers never see one.</summary>
    /// <param name="rest">Pause after each job, as a multiple of its duration.</param>
    private sealed class Lane(string name, int threads, int rest, bool whenIdle)
    {
        private readonly Queue<Action> _waiting = new();
        private long _done;
        private bool _isStarted;
        private bool _hasEnded;

        /// <summary>Whether something waits and nothing was done for a long time.</summary>
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
    /// The runtime's thread priorities do nothing on Linux, and even with a low niceness others wait for the end of a time slice;
    /// SCHED_IDLE yields at once.
    /// </summary>
    private static void BeLast()
    {
        Thread.CurrentThread.Priority = ThreadPriority.Lowest;
        int none = 0;
        if (OperatingSystem.IsLinux())
            _ = SetScheduler(0, SchedulesWhenIdle, in none);
    }

    /// <param name="thread">0 for the calling thread.</param>
    /// <param name="priority">0 for policies without.</param>
    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, in int priority);
}
