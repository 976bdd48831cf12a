using RecOps.Training.Runtime;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Learning;

/// <summary>Calibrates raw scores to probabilities of a purchase within the horizon, on a sample of the lessons.</summary>
internal static class LessonCalibration
{
    private const int Lessons = 2048;
    private const int BatchSize = 64;

    public static ScoreCalibration Fit(RankingModel model, PurchaseGoal goal, Random random)
    {
        using CollectionPause pause = CollectionPause.Begin();
        using (no_grad())
        {
            int[] order = [.. Enumerable.Range(0, goal.Count)];
            random.Shuffle(order);
            var (scores, labels, weights) = (new List<float>(), new List<float>(), new List<float>());
            for (int first = 0; first < Math.Min(order.Length, Lessons); first += BatchSize)
            {
                using var scope = NewDisposeScope();
                LessonBatch batch = goal.Draw(order.AsSpan(first, Math.Min(BatchSize, order.Length - first)));
                scores.AddRange(model.Logits(batch).data<float>().ToArray());
                labels.AddRange(batch.Labels.data<float>().ToArray());
                weights.AddRange(batch.Corrections.exp().data<float>().ToArray());
            }

            return ScoreCalibration.Fit([.. scores], [.. labels], [.. weights]);
        }
    }
}
