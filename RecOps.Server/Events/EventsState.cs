namespace RecOps.Server.Events;

/// <summary>Whether events are saved and reach every replica.</summary>
/// <param name="Refusals">The current outage, with events answered 503; null for none.</param>
/// <param name="Unsent">Events that Redis does not have yet.</param>
/// <param name="UnsentSince">Since when they cannot be sent; null while they can.</param>
/// <param name="UnsentReason">Why.</param>
/// <param name="Eviction">What is wrong with the eviction policy of Redis; null if nothing is.</param>
internal sealed record EventsState(
    EventRefusals.Outage? Refusals,
    long Unsent,
    DateTimeOffset? UnsentSince,
    string? UnsentReason,
    string? Eviction
)
{
    public static readonly EventsState Fine = new(null, 0, null, null, null);
}

/// <summary>Reads that state.</summary>
internal sealed class EventsStateReader(EventRefusals refusals, EventRelay relay, HistoryEviction eviction)
{
    public EventsState Read()
    {
        (long unsent, DateTimeOffset? since, string? trouble) = relay.Backlog;
        return new EventsState(refusals.Current, unsent, since, trouble, eviction.Trouble);
    }
}
