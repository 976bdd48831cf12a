namespace RecOps.Shared.Bundles;

/// <summary>How the model's inputs are built from what a shopper did and when; training and serving both follow it.</summary>
public sealed record FeatureSpec
{
    /// <summary>
    /// Columns of the ranker's context input, by name. Known names are <c>hourSin</c>, <c>hourCos</c>, <c>weekdaySin</c>,
    /// <c>weekdayCos</c>, <c>yearSin</c>, <c>yearCos</c> (all UTC) and <c>placement:NAME</c> (1 at that placement, else 0).
    /// </summary>
    public required string[] Context { get; init; }

    /// <summary>The fraction of a user vector that is kept when one more event is folded in, 0 to 1.</summary>
    public required float FoldDecay { get; init; }

    /// <summary>Weight of an event of each type when it is folded into the user vector.</summary>
    public required Dictionary<string, float> EventWeights { get; init; }

    /// <summary>
    /// An event on an item that the same user touched at most this many minutes earlier moves that history entry to the front
    /// instead of adding one, so that view, cart and purchase of one visit count once.
    /// </summary>
    public int MergeWithinMinutes { get; set; } = 30;
}
