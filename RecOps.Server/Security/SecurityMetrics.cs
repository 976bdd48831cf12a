using System.Diagnostics.Metrics;

namespace RecOps.Server.Security;

/// <summary>Counts audit entries made without the database, and refused sign-ins. Safe from any thread.</summary>
internal sealed class SecurityMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _deferred;
    private readonly Counter<long> _signInsRefused;

    public SecurityMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("RecOps.Security");
        _deferred = _meter.CreateCounter<long>(
            "recops.audit.deferred",
            "{entry}",
            "Audit entries that could not be written at once: kept until they can be, or lost."
        );
        _signInsRefused = _meter.CreateCounter<long>(
            "recops.signin.refused",
            "{attempt}",
            "Sign-in attempts refused before the password was checked: too many from one address, or too many in flight."
        );
    }

    public void AuditDeferred(bool kept) => _deferred.Add(1, new KeyValuePair<string, object?>("outcome", kept ? "kept" : "lost"));

    /// <param name="reason"><c>address</c> or <c>busy</c>.</param>
    public void SignInRefused(string reason) => _signInsRefused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Dispose() => _meter.Dispose();
}
