using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>When alerts notify people.</summary>
internal sealed class AlertOptions
{
    public const string Section = "Alerts";

    /// <summary>Address that receives a message (POST, JSON) when an alert fires or is resolved; null for none.</summary>
    [RegularExpression("^[hH][tT][tT][pP][sS]?://.+", ErrorMessage = "must be an address such as https://hooks.example/alerts.")]
    public string? Webhook { get; set; }

    /// <summary>Percentage of a minute's requests that fail, 0 to 100. Default 1.</summary>
    [Range(0, 100)]
    public double ErrorPercent { get; set; } = 1;

    /// <summary>Percentage of five minutes' lists that are fallback lists, 0 to 100. Default 5.</summary>
    [Range(0, 100)]
    public double DegradedPercent { get; set; } = 5;

    /// <summary>Fires when the five-minute hit rate falls below this percentage of the previous hour's, 0 to 100. Default 60.</summary>
    [Range(0, 100)]
    public double HitRateFallPercent { get; set; } = 60;

    /// <summary>Below this number of requests, shares are not meaningful; 1 to 1,000,000. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int FewestRequests { get; set; } = 100;
}
