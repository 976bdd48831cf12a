using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Security;

/// <summary>How much one caller may ask.</summary>
internal sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary>Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Calls a second of each API key that has no limit of its own, 1 to 1,000,000; as many may come at once. Default 10,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 10_000;

    /// <summary>Attempts to sign in from one address in a minute, 1 to 10,000. Default 30.</summary>
    [Range(1, 10_000)]
    public int SignInsPerMinute { get; set; } = 30;
}
