using System.Globalization;
using RecOps.Training.Progress;
using RecOps.Training.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Learning;

/// <summary>
/// Trains a network towards a goal with AdamW.
/// 1. Shuffle the lessons of each pass, and take as many of them as the goal says in batches of 64.
/// 2. Learning rates fall linearly over all steps. Item vectors have their own rate; the other parameters have no weight decay.
/// 3. Clip the gradient norm at 5 before each step.
/// </summary>
internal sealed class RankerTrainer(LearningRecipe recipe, Random random)
{
    private const int BatchSize = 64;
    private const int BatchesPerPause = 16;

    private const double GradientLimit = 5;
    private const double LastRate = 0.02;

    /// <param name="checkpoint">Called with the number of passes after each pass but the last, with the network ready for use.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the network is only partly trained.</exception>
    public void Teach(
        RankingModel model,
        ILearningGoal goal,
        string name,
        ITrainingProgress progress,
        CancellationToken cancellation,
        Action<int>? checkpoint = null
    )
    {
        int lessons = goal.PassLength;
        int batches = (lessons + BatchSize - 1) / BatchSize;
        double steps = (double)recipe.Epochs * batches;
        using AdamW optimiser = optim.AdamW(
            [
                new AdamW.ParamGroup([model.Items], new AdamW.Options { LearningRate = recipe.ItemRate }),
                new AdamW.ParamGroup(model.OtherParameters, new AdamW.Options { LearningRate = recipe.Rate, weight_decay = 0 }),
            ],
            recipe.Rate
        );
        using IProgressTask task = progress.Start(name, steps);
        int[] order = [.. Enumerable.Range(0, goal.Count)];
        for (int epoch = 0, step = 0; epoch < recipe.Epochs; epoch++)
        {
            model.train();
            random.Shuffle(order);
            double loss = 0;
            CollectionPause pause = default;
            for (int batch = 0; batch < batches; batch++)
            {
                if (batch % BatchesPerPause == 0)
                {
                    pause.Dispose();
                    pause = CollectionPause.Begin();
                }

                cancellation.ThrowIfCancellationRequested();
                double left = 1 - (step / steps);
                foreach ((var group, double rate) in optimiser.ParamGroups.Zip([recipe.ItemRate, recipe.Rate]))
                    group.LearningRate = rate * (left + LastRate);
                int first = batch * BatchSize;
                loss += Step(model, goal, optimiser, order.AsSpan(first, Math.Min(BatchSize, lessons - first)), step / steps);
                step++;
                string detail = string.Create(
                    CultureInfo.InvariantCulture,
                    $"pass {epoch + 1} of {recipe.Epochs}, loss {loss / (batch + 1):F3}"
                );
                task.Report(step, detail);
            }

            pause.Dispose();
            model.eval();
            if (epoch + 1 < recipe.Epochs)
                checkpoint?.Invoke(epoch + 1);
        }
    }

    private static double Step(RankingModel model, ILearningGoal goal, AdamW optimiser, ReadOnlySpan<int> lessons, double progress)
    {
        using var scope = NewDisposeScope();
        Tensor loss = goal.Loss(model, lessons, progress);
        optimiser.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(model.Learned, GradientLimit);
        optimiser.step();
        return loss.item<float>();
    }
}
