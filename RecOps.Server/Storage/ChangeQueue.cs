using System.Collections.Concurrent;
using System.Data.Common;

namespace RecOps.Server.Storage;

/// <summary>
/// Queues the changes of one subject in order of arrival. The database would serialize them too, but with a connection each, and SQLite
/// gives the lock to whichever writer happens to retry first.
/// </summary>
internal sealed class ChangeQueue
{
    private static readonly TimeSpan MostWaiting = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>Waits for a turn, which ends when the result is disposed.</summary>
    /// <exception cref="ChangeQueueException">The changes ahead took too long.</exception>
    public async Task<IDisposable> EnterAsync(string subject)
    {
        SemaphoreSlim turn = _turns.GetOrAdd(subject, static _ => new SemaphoreSlim(1, 1));
        if (!await turn.WaitAsync(MostWaiting))
            throw new ChangeQueueException();
        return new Lease(turn);
    }

    private sealed class Lease(SemaphoreSlim taken) : IDisposable
    {
        private SemaphoreSlim? _taken = taken;

        public void Dispose() => Interlocked.Exchange(ref _taken, null)?.Release();
    }
}

/// <summary>The database is too slow for the queued changes. Nothing was changed.</summary>
internal sealed class ChangeQueueException() : DbException("Too many changes are waiting for the database.");
