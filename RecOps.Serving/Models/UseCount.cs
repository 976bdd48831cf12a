using System.Runtime.InteropServices;

namespace RecOps.Serving.Models;

/// <summary>
/// How many are using something at this moment, so that it is not taken apart under their hands. Counting is spread over the processors:
/// thousands of requests a second would else wait for one number.
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

    /// <summary>Whether no more can begin.</summary>
    public bool IsClosed => _ended;

    /// <returns>False when there may be no new ones; else <see cref="End"/> has to follow.</returns>
    public bool TryBegin()
    {
        Add(1);

        // After counting: whoever ends all use either sees the count, or is seen here.
        if (!_ended)
            return true;
        Add(-1);
        return false;
    }

    public void End() => Add(-1);

    /// <summary>Lets no more begin.</summary>
    public void Close()
    {
        _ended = true;
        Interlocked.MemoryBarrier();
    }

    /// <summary>
    /// Waits until the last use has ended. Nobody pays for telling, so it is looked at now and then; no more may begin meanwhile.
    /// </summary>
    public async Task EndedAsync(TimeProvider time)
    {
        while (Current > 0)
            await Task.Delay(Look, time).ConfigureAwait(false);
    }

    private void Add(int change) => Interlocked.Add(ref _slots[Thread.GetCurrentProcessorId() % _slots.Length].Count, change);

    /// <summary>A number with a cache line of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Slot
    {
        [FieldOffset(64)]
        public long Count;
    }
}
