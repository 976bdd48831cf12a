using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>When people are told.</summary>
internal sealed class AlertOptions
{
    public const string Section = "Alerts";

    /// <summary>Address that is sent a message (POST, JSON) when an alert fires or is resolved; null for none.</summary>
    [Url]
    public string? Webhook { get; set; }

    /// <summary>Percent of the requests of a minute that fail, 0 to 100. Default 1.</summary>
    [Range(0, 100)]
    public double ErrorPercent { get; set; } = 1;

    /// <summary>Percent of the lists of five minutes that are fallback lists, 0 to 100. Default 5.</summary>
    [Range(0, 100)]
    public double DegradedPercent { get; set; } = 5;

    /// <summary>The hit rate of five minutes fell to this percent of that of the hour before, 0 to 100. Default 60.</summary>
    [Range(0, 100)]
    public double HitRateFallPercent { get; set; } = 60;

    /// <summary>With fewer requests a share says nothing, 1 to 1,000,000. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int FewestRequests { get; set; } = 100;
}
