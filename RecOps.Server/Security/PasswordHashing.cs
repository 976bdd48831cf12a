using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Identity;

namespace RecOps.Server.Security;

/// <summary>
/// Hashes passwords, which takes a tenth of a second of a core each by design, on few threads of the lowest priority: however many try to sign
/// in, shoppers go first. Safe from any thread.
/// </summary>
internal sealed partial class PasswordHashing : IDisposable
{
    /// <summary>One of four cores at most.</summary>
    private static readonly int Threads = Math.Max(1, Environment.ProcessorCount / 4);

    private readonly IPasswordHasher<Person> _hasher;
    private readonly Lock _starting = new();

    // First those that go first; one semaphore counts both.
    private readonly System.Collections.Concurrent.ConcurrentQueue<Action>[] _waiting = [new(), new()];
    private readonly SemaphoreSlim _count = new(0);
    private readonly CancellationTokenSource _ended = new();
    private bool _isStarted;

    public PasswordHashing(IPasswordHasher<Person> hasher) => _hasher = hasher;

    /// <param name="goesFirst">For those who are known already, whom strangers must not hold up.</param>
    public Task<string> HashAsync(Person person, string password, bool goesFirst = true) => RunAsync(() => _hasher.HashPassword(person, password), goesFirst);

    /// <param name="hash">Of the right password; null when there is none, which no password is right for.</param>
    /// <param name="goesFirst">For those who are known already, whom strangers must not hold up.</param>
    public Task<PasswordVerificationResult> VerifyAsync(Person person, string? hash, string password, bool goesFirst) => hash is null
        ? Task.FromResult(PasswordVerificationResult.Failed)
        : RunAsync(() => _hasher.VerifyHashedPassword(person, hash, password), goesFirst);

    public void Dispose()
    {
        // The threads hold what they wait for until they have seen it.
        _ended.Cancel();
    }

    private Task<T> RunAsync<T>(Func<T> work, bool goesFirst)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[goesFirst ? 0 : 1].Enqueue(() =>
        {
            try
            {
                result.SetResult(work());
            }
            catch (Exception error)
            {
                result.SetException(error);
            }
        });
        Start();
        _count.Release();
        return result.Task.WaitAsync(_ended.Token);
    }

    /// <summary>With the first password: most servers never see one.</summary>
    private void Start()
    {
        lock (_starting)
        {
            if (_isStarted) return;
            _isStarted = true;
        }

        for (int i = 0; i < Threads; i++) new Thread(Work) { IsBackground = true, Name = "passwords", Priority = ThreadPriority.Lowest }.Start();
    }

    private void Work()
    {
        // The runtime's priorities do nothing on Linux, where each thread has a niceness of its own.
        if (OperatingSystem.IsLinux()) _ = SetPriority(0, 0, 19);
        try
        {
            while (true)
            {
                _count.Wait(_ended.Token);
                if (_waiting[0].TryDequeue(out Action? work) || _waiting[1].TryDequeue(out work)) work();
            }
        }
        catch (OperationCanceledException)
        {
            // The server is being shut down.
        }
    }

    /// <param name="which">0 for threads, as Linux has it.</param>
    /// <param name="who">0 for the one that calls.</param>
    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int niceness);
}
