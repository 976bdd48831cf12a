using System.Diagnostics.Metrics;

namespace RecOps.Server.Events;

/// <summary>Counts the events that had to be refused, for the alert and the metrics. Safe from any thread.</summary>
internal sealed class EventRefusals(IMeterFactory meters, TimeProvider time)
{
    /// <summary>Without a refusal for so long, what comes next is another outage.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Counter<long> _refused = meters
        .Create("RecOps.Events")
        .CreateCounter<long>(
            "recops.events.refused",
            "{event}",
            "Events answered 503 because they could not be kept; the caller is to send them again."
        );

    private readonly Lock _changes = new();
    private Outage? _outage;
    private DateTimeOffset _newest;
    private long _total;

    /// <summary>Events since the start of the server.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>What goes on now; null when none was refused for a minute.</summary>
    public Outage? Current
    {
        get
        {
            lock (_changes)
                return time.GetUtcNow() - _newest < Quiet ? _outage : null;
        }
    }

    public void Add(int events, string reason)
    {
        Interlocked.Add(ref _total, events);
        _refused.Add(events);
        lock (_changes)
        {
            Outage outage = Current ?? new Outage(time.GetUtcNow(), 0, reason);
            _outage = outage with { Events = outage.Events + events, Reason = reason };
            _newest = time.GetUtcNow();
        }
    }

    /// <param name="Since">When the first was refused.</param>
    /// <param name="Events">Refused since then.</param>
    /// <param name="Reason">Why, as of the last one.</param>
    internal sealed record Outage(DateTimeOffset Since, long Events, string Reason);
}
