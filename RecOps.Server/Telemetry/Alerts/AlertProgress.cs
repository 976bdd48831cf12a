using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>State of a rule. A condition that comes and goes within the hold time neither fires nor resolves.</summary>
/// <param name="Status">One of <see cref="AlertStatus"/>.</param>
/// <param name="Since">Start of the status; null when it was always so.</param>
/// <param name="Detail">The last finding.</param>
/// <param name="GoneSince">While firing: since when the condition no longer holds.</param>
internal readonly record struct AlertProgress(string Status, DateTimeOffset? Since, string? Detail, DateTimeOffset? GoneSince)
{
    public static readonly AlertProgress Quiet = new(AlertStatus.Quiet, null, null, null);

    /// <param name="found">The figures while the condition holds; else null.</param>
    public AlertProgress Next(string? found, DateTimeOffset now, TimeSpan hold)
    {
        if (Status == AlertStatus.Firing)
        {
            if (found is not null)
                return this with { Detail = found, GoneSince = null };
            DateTimeOffset gone = GoneSince ?? now;
            return now - gone >= hold ? new AlertProgress(AlertStatus.Quiet, now, null, null) : this with { GoneSince = gone };
        }

        if (found is null)
            return Status == AlertStatus.Pending ? new AlertProgress(AlertStatus.Quiet, now, null, null) : this;
        DateTimeOffset since = Status == AlertStatus.Pending ? Since!.Value : now;
        return now - since >= hold
            ? new AlertProgress(AlertStatus.Firing, now, found, null)
            : new AlertProgress(AlertStatus.Pending, since, found, null);
    }
}
