namespace RecOps.Training.Models.Learning;

/// <summary>How a network is trained.</summary>
internal sealed record LearningRecipe
{
    /// <summary>Passes over the lessons.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>Candidates per lesson.</summary>
    public int Candidates { get; init; } = 320;

    /// <summary>Negatives are sampled in proportion to this power of their events plus one; 0 samples uniformly.</summary>
    public double NegativePower { get; init; } = 0.5;

    /// <summary>Initial learning rate of item vectors.</summary>
    public double ItemRate { get; init; } = 0.001;

    /// <summary>
    /// Share of the loss that ranks the items a shopper has not had among themselves, 0 to 1 (<see cref="PurchaseLoss"/>).
    /// </summary>
    public double FirstTimeShare { get; init; } = 0.3;

    /// <summary>Whether the student's item vectors share what items have in common (<see cref="ItemTraits"/>).</summary>
    public bool SharesTraits { get; init; }

    /// <summary>Initial learning rate of all other parameters.</summary>
    public double Rate { get; init; } = 0.003;

    /// <summary>The same data, recipe and seed give the same network.</summary>
    public required int Seed { get; init; }
}
