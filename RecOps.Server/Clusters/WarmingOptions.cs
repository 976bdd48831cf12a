using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Clusters;

/// <summary>What is computed before anyone asks for it.</summary>
internal sealed class WarmingOptions
{
    public const string Section = "Warming";

    /// <summary>
    /// Users whose lists are computed when a model takes over, and at start: those most likely to come next, once anyone has been seen.
    /// Capped by <c>Caching:L1Bytes</c>. 0 for none, up to 10,000,000. Default 100,000; docs/benchmarks/coldstart.md has the effect of more
    /// or fewer.
    /// </summary>
    [Range(0, 10_000_000)]
    public int Users { get; set; } = 100_000;

    /// <summary>
    /// Seconds that a takeover waits for the warm-up, 0 to 600; the rest is computed afterwards in spare time, best first. Default 5.
    /// </summary>
    [Range(0, 600)]
    public double BudgetSeconds { get; set; } = 5;

    /// <summary>
    /// Placement of the warmed lists, one of <c>Serving:Placements</c>. Default home, or the first placement where there is no home.
    /// </summary>
    public string? Placement { get; set; }
}
