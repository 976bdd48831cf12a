using static TorchSharp.torch;

namespace RecOps.Training.Models.Learning;

/// <summary>What a network is trained for.</summary>
internal interface ILearningGoal
{
    /// <summary>Number of lessons.</summary>
    int Count { get; }

    /// <summary>
    /// Lessons in a pass. Bounds its time: more lessons add minutes, not quality. Each pass draws its own of all of them.
    /// </summary>
    int PassLength => Math.Min(Count, 24_000);

    /// <summary>The loss over a batch of lessons; lower is better.</summary>
    /// <param name="lessons">Indices of lessons, 0 to <see cref="Count"/> − 1.</param>
    /// <param name="progress">From 0 at the first step to 1 at the last.</param>
    Tensor Loss(RankingModel model, ReadOnlySpan<int> lessons, double progress);
}
