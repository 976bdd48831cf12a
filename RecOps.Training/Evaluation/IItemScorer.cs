namespace RecOps.Training.Evaluation;

/// <summary>Something that ranks the whole catalogue for a user: a model or a plain baseline.</summary>
internal interface IItemScorer
{
    /// <summary>As in the report.</summary>
    string Name { get; }

    /// <summary>
    /// Scores are probabilities, 0 to 1. They are calibrated by their log odds, so that a model ending in a sigmoid is judged by its
    /// logits, like every other scorer.
    /// </summary>
    bool ScoresAreProbabilities => false;

    /// <summary>Scores every item for each of the users.</summary>
    /// <param name="users">User ordinals of the shop's data.</param>
    /// <param name="scores">[users, items], row-major; every element is written, higher is better, all finite.</param>
    void Score(ReadOnlyMemory<int> users, Memory<float> scores);
}
