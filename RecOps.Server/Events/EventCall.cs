namespace RecOps.Server.Events;

/// <summary>Events of one call, waiting to be saved.</summary>
internal sealed class EventCall(IncomingEvent[] events)
{
    /// <summary>Overhead of an event besides its texts: objects, row, parameters.</summary>
    private const int OverheadBytes = 128;

    private readonly TaskCompletionSource<EventEnd> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IncomingEvent[] Events { get; } = events;

    /// <summary>Approximate memory while it waits.</summary>
    public long Bytes { get; } =
        events.Sum(incoming =>
            OverheadBytes
            + (sizeof(char) * (incoming.Stored.UserId.Length + incoming.Stored.ItemId.Length + (incoming.RequestId?.Length ?? 0)))
        );

    public Task<EventEnd> Done => _done.Task;

    public void End(EventEnd end) => _done.TrySetResult(end);
}

/// <summary>A valid event.</summary>
/// <param name="RequestId">The list that it came from, according to the caller.</param>
internal readonly record struct IncomingEvent(StoredEvent Stored, string? RequestId);

/// <summary>Outcome of a call.</summary>
/// <param name="Refusal">Null when all its events are saved; else why none is, for people.</param>
/// <param name="IsOpen">Whether some may be saved after all: Redis was asked and did not answer.</param>
internal readonly record struct EventEnd(string? Refusal, bool IsOpen = false)
{
    public static readonly EventEnd Kept = new(null);

    public bool IsKept => Refusal is null;
}
