using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Events;

/// <summary>How much of what shoppers just did is kept in memory.</summary>
internal sealed class EventsOptions
{
    public const string Section = "Events";

    /// <summary>Shoppers whose events are kept; beyond it, who has been quiet longest is forgotten. 100 to 10,000,000. Default 200,000.</summary>
    [Range(100, 10_000_000)]
    public int MaxUsers { get; set; } = 200_000;
}
