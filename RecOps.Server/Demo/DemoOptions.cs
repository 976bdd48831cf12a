using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Demo;

/// <summary>Simulated shoppers, so that the console shows a busy shop on first look.</summary>
internal sealed class DemoOptions
{
    public const string Section = "Demo";
    public const double MaxRequestsPerSecond = 1000;

    /// <summary>Whether simulated shoppers visit; null means in Development only, while the shipped demo model serves. Default null.</summary>
    public bool? Traffic { get; set; }

    /// <summary>Mean recommendation requests per second, 0 to 1000. Default 30.</summary>
    [Range(0, MaxRequestsPerSecond)]
    public double RequestsPerSecond { get; set; } = 30;
}
