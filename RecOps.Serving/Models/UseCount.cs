using System.Runtime.InteropServices;

namespace RecOps.Serving.Models;

/// <summary>
/// Counts current uses of something, so that it is not disposed while in use. The count is spread over the processors: with thousands of
/// requests per second, a single counter would be contended.
/// </summary>
internal sealed class UseCount
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private readonly Slot[] _slots = new Slot[Math.Max(1, Environment.ProcessorCount)];
    private volatile bool _ended;

    /// <summary>Uses that have begun and not ended. Exact once no more can begin.</summary>
    public long Current
    {
        get
        {
            long sum = 0;
            for (int i = 0; i < _slots.Length; i++)
                sum += Interlocked.Read(ref _slots[i].Count);
            return sum;
        }
    }

    /// <summary>Whether new uses are refused.</summary>
    public bool IsClosed => _ended;

    /// <returns>False when new uses are refused; otherwise call <see cref="End"/> afterwards.</returns>
    public bool TryBegin()
    {
        Add(1);

        // After counting: a closer either sees the count, or is seen here.
        if (!_ended)
            return true;
        Add(-1);
        return false;
    }

    public void End() => Add(-1);

    /// <summary>Refuses new uses.</summary>
    public void Close()
    {
        _ended = true;
        Interlocked.MemoryBarrier();
    }

    /// <summary>
    /// Waits until the last use has ended. It polls, so that ending a use costs no notification; new uses must already be refused.
    /// </summary>
    public async Task EndedAsync(TimeProvider time)
    {
        while (Current > 0)
            await Task.Delay(Look, time).ConfigureAwait(false);
    }

    private void Add(int change) => Interlocked.Add(ref _slots[Thread.GetCurrentProcessorId() % _slots.Length].Count, change);

    /// <summary>A counter on its own cache line.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Slot
    {
        [FieldOffset(64)]
        public long Count;
    }
}
