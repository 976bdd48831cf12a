using System.Diagnostics.Metrics;

namespace RecOps.Server.Events;

/// <summary>Counts refused events, for the alert and the metrics. Safe from any thread.</summary>
internal sealed class EventRefusals(IMeterFactory meters, TimeProvider time)
{
    /// <summary>After this long without a refusal, the next one begins a new outage.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Counter<long> _refused = meters
        .Create("RecOps.Events")
        .CreateCounter<long>(
            "recops.events.refused",
            "{event}",
            "Events answered 503 because they could not be saved; the caller must send them again."
        );

    private readonly Lock _changes = new();
    private Outage? _outage;
    private DateTimeOffset _newest;
    private long _total;

    /// <summary>Events refused since the server started.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>The current outage; null when none was refused for a minute.</summary>
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

    /// <param name="Since">When the first event was refused.</param>
    /// <param name="Events">Refused since then.</param>
    /// <param name="Reason">Why the last one was refused.</param>
    internal sealed record Outage(DateTimeOffset Since, long Events, string Reason);
}
