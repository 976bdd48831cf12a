using RecOps.Shared.Models;

namespace RecOps.Server.Models.Switching;

/// <summary>One bundle at a time is made ready: two would each be slow, and whoever watches would not know which one takes over.</summary>
internal sealed class PreparationSlot(TimeProvider time) : IDisposable
{
    // Whoever follows what other servers decided takes it to see that nothing is to be done, which is no reason to refuse anybody.
    private static readonly TimeSpan MostLook = TimeSpan.FromMilliseconds(250);
    private readonly SemaphoreSlim _free = new(1, 1);
    private volatile ModelWork? _work;

    /// <summary>What is being done; null for nothing.</summary>
    public ModelWork? Work => _work;

    /// <summary>Why it is not free, for people.</summary>
    public string Sentence =>
        _work is { } work
            ? $"{work.By} is making {work.Bundle} ready at this moment ({work.Step.ToLowerInvariant()}). Try again when that is over."
            : "Another bundle was being made ready. Try again.";

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
        /// <summary>Tells those who watch what is being done.</summary>
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
