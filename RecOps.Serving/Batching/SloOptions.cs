using System.ComponentModel.DataAnnotations;

namespace RecOps.Serving.Batching;

/// <summary>The service level objective (SLO).</summary>
public sealed class SloOptions
{
    public const string Section = "Slo";

    /// <summary>Latency in milliseconds up to which an answer counts as good, 1 to 10,000. Default 50.</summary>
    [Range(1, 10_000)]
    public int LatencyMs { get; set; } = 50;

    /// <summary>Percentage of requests that must be good, 50 to 99.999. Default 99.9.</summary>
    [Range(50, 99.999)]
    public double Target { get; set; } = 99.9;
}
