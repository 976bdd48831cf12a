namespace RecOps.Training.Evaluation;

/// <summary>Something that ranks the whole catalogue for a user: a model or a plain baseline.</summary>
internal interface IItemScorer
{
    /// <summary>As in the report.</summary>
    string Name { get; }

    /// <summary>
    /// Scores are probabilities, 0 to 1. They are then calibrated by their log odds, so that what ends in a sigmoid is judged by what
    /// goes into it, as every other score is.
    /// </summary>
    bool ScoresAreProbabilities => false;

    /// <summary>Scores every item for each of some users.</summary>
    /// <param name="users">User ordinals of the shop's data.</param>
    /// <param name="scores">[users, items], row-major; every element is written, higher is better, all finite.</param>
    void Score(ReadOnlyMemory<int> users, Memory<float> scores);
}
