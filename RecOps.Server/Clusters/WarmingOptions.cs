using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Clusters;

/// <summary>What is computed before anyone asks.</summary>
internal sealed class WarmingOptions
{
    public const string Section = "Warming";

    /// <summary>
    /// Users whose lists are computed when a model takes over, at start too: those most likely to come next, once anyone was seen. Never
    /// more than there is room for in <c>Caching:L1Bytes</c>. 0 for none, up to 10,000,000. Default 100,000; docs/benchmarks/coldstart.md
    /// says what more or fewer are worth.
    /// </summary>
    [Range(0, 10_000_000)]
    public int Users { get; set; } = 100_000;

    /// <summary>
    /// Seconds that taking over waits for it, 0 to 600; what is left is computed afterwards in spare time, best first. Default 5.
    /// </summary>
    [Range(0, 600)]
    public double BudgetSeconds { get; set; } = 5;

    /// <summary>
    /// Where on the shop those lists stand, one of <c>Serving:Placements</c>. Default home, or the first of them where there is no home.
    /// </summary>
    public string? Placement { get; set; }
}
