using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Events;

/// <summary>How much of what shoppers just did is kept in memory.</summary>
internal sealed class EventsOptions
{
    public const string Section = "Events";

    /// <summary>Shoppers whose events are kept; beyond it, who has been quiet longest is forgotten. 100 to 10,000,000. Default 200,000.</summary>
    [Range(100, 10_000_000)]
    public int MaxUsers { get; set; } = 200_000;

    /// <summary>
    /// Events that may wait to be written down; calls that would exceed it are answered 503. 1,000 to 10,000,000. Default 100,000.
    /// </summary>
    [Range(1_000, 10_000_000)]
    public int MaxQueue { get; set; } = 100_000;

    /// <summary>Days after which what was written down is forgotten, 1 to 365. Default 30.</summary>
    [Range(1, 365)]
    public int KeepDays { get; set; } = 30;
}
