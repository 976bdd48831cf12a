using System.Globalization;
using RecOps.Training.Progress;
using RecOps.Training.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Learning;

/// <summary>Teaches a network towards a goal with AdamW, its rates falling in a straight line.</summary>
internal sealed class RankerTrainer(LearningRecipe recipe, Random random)
{
    private const int BatchSize = 64;
    private const int BatchesPerPause = 16;

    // Bounds the time of a pass: more lessons than this add minutes, not quality; each pass draws its own.
    private const int LessonsPerPass = 24_000;

    private const double GradientLimit = 5;
    private const double LastRate = 0.02;

    /// <param name="checkpoint">Called after each pass but the last one with the network ready for use and the number of passes.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the network is somewhere on its way.</exception>
    public void Teach(
        RankingModel model,
        ILearningGoal goal,
        string name,
        ITrainingProgress progress,
        CancellationToken cancellation,
        Action<int>? checkpoint = null
    )
    {
        int lessons = Math.Min(goal.Count, LessonsPerPass);
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
        nn.utils.clip_grad_norm_(model.parameters(), GradientLimit);
        optimiser.step();
        return loss.item<float>();
    }
}
