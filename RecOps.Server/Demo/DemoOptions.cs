using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Demo;

/// <summary>Made-up shoppers, so that a first look at the console shows a shop that is open.</summary>
internal sealed class DemoOptions
{
    public const string Section = "Demo";
    public const double MaxRequestsPerSecond = 1000;

    /// <summary>Whether they visit; null means in Development only. Default null.</summary>
    public bool? Traffic { get; set; }

    /// <summary>Mean recommendation requests a second, 0 to 1000. Default 30.</summary>
    [Range(0, MaxRequestsPerSecond)]
    public double RequestsPerSecond { get; set; } = 30;
}
