using System.ComponentModel.DataAnnotations;

namespace RecOps.Serving.Batching;

/// <summary>What the people who run the shop are promised.</summary>
public sealed class SloOptions
{
    public const string Section = "Slo";

    /// <summary>Milliseconds within which an answer counts as good, 1 to 10,000. Default 50.</summary>
    [Range(1, 10_000)]
    public int LatencyMs { get; set; } = 50;

    /// <summary>Percent of the requests that are to be good, 50 to 99.999. Default 99.9.</summary>
    [Range(50, 99.999)]
    public double Target { get; set; } = 99.9;
}
