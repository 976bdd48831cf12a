using System.Collections.Concurrent;
using System.Data.Common;

namespace RecOps.Server.Storage;

/// <summary>
/// Has the changes of one subject wait for each other, in the order in which they came. The database would have them wait as well, but with
/// a connection each, and SQLite lets whoever happens to look at the right moment go first.
/// </summary>
internal sealed class ChangeQueue
{
    private static readonly TimeSpan MostWaiting = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>Waits for a turn, which ends when it is disposed.</summary>
    /// <exception cref="ChangeQueueException">Those before took too long.</exception>
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

/// <summary>The database is too slow for the changes that wait for it. Nothing was changed.</summary>
internal sealed class ChangeQueueException() : DbException("Too many changes wait for the database.");
