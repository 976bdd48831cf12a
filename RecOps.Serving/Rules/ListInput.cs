using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Users;

namespace RecOps.Serving.Rules;

/// <summary>What a list is made from.</summary>
internal readonly ref struct ListInput
{
    /// <summary>Best first; empty when no model ranked anything for the shopper.</summary>
    public RankedSpan Ranked { get; init; }

    /// <summary>Fills up first; ordinals, -1 pads.</summary>
    public ReadOnlySpan<int> ClusterPopular { get; init; }

    /// <summary>Fills up last.</summary>
    public ReadOnlySpan<int> Popular { get; init; }

    /// <summary>Items that may be shown.</summary>
    public ItemFilter Filter { get; init; }

    /// <summary>What the shopper did.</summary>
    public FreshHistory History { get; init; }

    public DateTimeOffset Now { get; init; }

    /// <summary>Whether the list is only what was ranked and what pins bring, however short that is.</summary>
    public bool IsOnlyRanked { get; init; }
}
