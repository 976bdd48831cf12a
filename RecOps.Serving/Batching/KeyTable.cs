using System.Numerics;

namespace RecOps.Serving.Batching;

/// <summary>The shareable jobs that are queued or on the device, by key: a chained hash table with intrusive chains.</summary>
internal sealed class KeyTable<TJob>
    where TJob : BatchJob<TJob>
{
    private readonly TJob?[] _slots;

    /// <param name="capacity">Expected number of jobs; more only make it slower.</param>
    public KeyTable(int capacity) => _slots = new TJob?[BitOperations.RoundUpToPowerOf2((uint)capacity)];

    /// <returns>The job with the same key; null when there is none.</returns>
    public TJob? Find(TJob job)
    {
        TJob? found = SlotOf(job);
        while (found is not null && !found.KeyEquals(job))
            found = found.NextInKeySlot;
        return found;
    }

    public void Add(TJob job)
    {
        ref TJob? slot = ref SlotOf(job);
        job.NextInKeySlot = slot;
        slot = job;
    }

    public void Remove(TJob job)
    {
        ref TJob? link = ref SlotOf(job);
        while (link is not null && link != job)
            link = ref link.NextInKeySlot;
        if (link is null)
            return;
        link = job.NextInKeySlot;
        job.NextInKeySlot = null;
    }

    // Fibonacci hashing: the golden ratio spreads keys that differ in only a few bits.
    private ref TJob? SlotOf(TJob job) => ref _slots[(int)((job.KeyHash * 0x9E3779B97F4A7C15UL) >> 32) & (_slots.Length - 1)];
}
