using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Users;

namespace RecOps.Serving.Rules;

/// <summary>Inputs of a list.</summary>
internal readonly ref struct ListInput
{
    /// <summary>Best first; empty when no model ranked for the shopper.</summary>
    public RankedSpan Ranked { get; init; }

    /// <summary>First backfill; ordinals, -1 pads.</summary>
    public ReadOnlySpan<int> ClusterPopular { get; init; }

    /// <summary>Last backfill.</summary>
    public ReadOnlySpan<int> Popular { get; init; }

    /// <summary>Items that may be shown.</summary>
    public ItemFilter Filter { get; init; }

    /// <summary>The shopper's recent history.</summary>
    public FreshHistory History { get; init; }

    public DateTimeOffset Now { get; init; }

    /// <summary>Whether the list consists only of ranked and pinned items, however short it is.</summary>
    public bool IsOnlyRanked { get; init; }
}
