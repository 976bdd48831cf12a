using static TorchSharp.torch;

namespace RecOps.Training.Models.Learning;

/// <summary>What a network is to become good at.</summary>
internal interface ILearningGoal
{
    /// <summary>Lessons there are.</summary>
    int Count { get; }

    /// <summary>The loss over some lessons; lower is better.</summary>
    /// <param name="lessons">Numbers of lessons, 0 to <see cref="Count"/> − 1.</param>
    /// <param name="progress">0 at the first step to 1 at the last.</param>
    Tensor Loss(RankingModel model, ReadOnlySpan<int> lessons, double progress);
}
