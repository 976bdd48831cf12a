namespace RecOps.Training.Models.Learning;

/// <summary>How a network is taught.</summary>
internal sealed record LearningRecipe
{
    /// <summary>Passes over the lessons.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>Candidates of a lesson.</summary>
    public int Candidates { get; init; } = 320;

    /// <summary>An item is drawn as a wrong answer in proportion to this power of its events plus one; 0 draws all alike.</summary>
    public double NegativePower { get; init; } = 0.5;

    /// <summary>Of item vectors, at the start.</summary>
    public double ItemRate { get; init; } = 0.001;

    /// <summary>Of all else, at the start.</summary>
    public double Rate { get; init; } = 0.003;

    /// <summary>The same data, recipe and seed give the same network.</summary>
    public required int Seed { get; init; }
}
