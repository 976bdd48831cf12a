using RecOps.Shared.Models;

namespace RecOps.Server.Models.Switching;

/// <summary>
/// Only one bundle is prepared at a time: two would slow each other down, and operators could not tell which one takes over.
/// </summary>
internal sealed class PreparationSlot(TimeProvider time) : IDisposable
{
    // The follower takes the slot only to find that there is nothing to do, which is no reason to refuse a caller.
    private static readonly TimeSpan MostLook = TimeSpan.FromMilliseconds(250);
    private readonly SemaphoreSlim _free = new(1, 1);
    private volatile ModelWork? _work;

    /// <summary>The current work; null for none.</summary>
    public ModelWork? Work => _work;

    /// <summary>Why the slot is taken, for people.</summary>
    public string Sentence =>
        _work is { } work
            ? $"{work.By} is currently preparing {work.Bundle} ({work.Step.ToLowerInvariant()}). Try again when that has finished."
            : "Another bundle was being prepared. Try again.";

    /// <returns>Null while it is taken.</returns>
    public Lease? TryTake(string bundle, string purpose, string by) => _free.Wait(MostLook) ? Begin(bundle, purpose, by) : null;

    /// <summary>Waits until it is free.</summary>
    public async Task<Lease> TakeAsync(string bundle, string purpose, string by, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return Begin(bundle, purpose, by);
    }

    public void Dispose() => _free.Dispose();

    private Lease Begin(string bundle, string purpose, string by)
    {
        _work = new ModelWork(bundle, purpose, "Beginning", time.GetUtcNow(), by);
        return new Lease(this);
    }

    public sealed class Lease(PreparationSlot slot) : IDisposable
    {
        /// <summary>Reports the current step to watchers.</summary>
        public void Say(string step)
        {
            if (slot._work is { } work)
                slot._work = work with { Step = step };
        }

        public void Dispose()
        {
            slot._work = null;
            slot._free.Release();
        }
    }
}
