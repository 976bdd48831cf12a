using System.Diagnostics.Metrics;

namespace RecOps.Server.Security;

/// <summary>Counts what was done although the database took nothing. Safe from any thread.</summary>
internal sealed class SecurityMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _deferred;

    public SecurityMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("RecOps.Security");
        _deferred = _meter.CreateCounter<long>(
            "recops.audit.deferred", "{entry}", "Audit entries that the database did not take when it happened: kept until it does, or lost.");
    }

    public void AuditDeferred(bool kept) => _deferred.Add(1, new KeyValuePair<string, object?>("outcome", kept ? "kept" : "lost"));

    public void Dispose() => _meter.Dispose();
}
