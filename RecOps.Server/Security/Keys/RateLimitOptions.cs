using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Security.Keys;

/// <summary>How much one caller may request.</summary>
internal sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary>Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Calls per second of each API key without a limit of its own, 1 to 1,000,000; this is also the burst. Default 10,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 10_000;

    /// <summary>Sign-in attempts per minute from one address, 1 to 10,000. Default 30.</summary>
    [Range(1, 10_000)]
    public int SignInsPerMinute { get; set; } = 30;
}
