namespace RecOps.Training.Evaluation;

/// <summary>Several models whose scores come from one run.</summary>
internal interface IJointScorer
{
    /// <summary>As in the report.</summary>
    IReadOnlyList<string> Names { get; }

    /// <inheritdoc cref="IItemScorer.ScoresAreProbabilities"/>
    bool ScoresAreProbabilities { get; }

    /// <summary>Scores every item for each of the users.</summary>
    /// <param name="users">User ordinals of the shop's data.</param>
    /// <param name="scores">For each of the names, [users, items] as in <see cref="IItemScorer.Score"/>.</param>
    void Score(ReadOnlyMemory<int> users, Memory<float>[] scores);
}
