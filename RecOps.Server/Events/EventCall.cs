namespace RecOps.Server.Events;

/// <summary>Events of one call that wait to be kept.</summary>
internal sealed class EventCall(IncomingEvent[] events)
{
    /// <summary>What an event takes besides its texts: objects, row, parameters.</summary>
    private const int OverheadBytes = 128;

    private readonly TaskCompletionSource<EventEnd> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IncomingEvent[] Events { get; } = events;

    /// <summary>Memory that it takes while it waits, about.</summary>
    public long Bytes { get; } =
        events.Sum(incoming =>
            OverheadBytes
            + (sizeof(char) * (incoming.Stored.UserId.Length + incoming.Stored.ItemId.Length + (incoming.RequestId?.Length ?? 0)))
        );

    public Task<EventEnd> Done => _done.Task;

    public void End(EventEnd end) => _done.TrySetResult(end);
}

/// <summary>A valid event.</summary>
/// <param name="RequestId">Of the list that it came from, as the caller says.</param>
internal readonly record struct IncomingEvent(StoredEvent Stored, string? RequestId);

/// <summary>What came of a call.</summary>
/// <param name="Refusal">Null when all its events are kept; else why none is, for people.</param>
/// <param name="IsOpen">Whether some may be kept all the same: Redis was asked and did not answer.</param>
internal readonly record struct EventEnd(string? Refusal, bool IsOpen = false)
{
    public static readonly EventEnd Kept = new(null);

    public bool IsKept => Refusal is null;
}
