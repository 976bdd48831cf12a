using static TorchSharp.torch;

namespace RecOps.Training.Models.Learning;

/// <summary>
/// Learns from purchases alone: fills a row of candidates for each lesson, with its answers, own history and sampled items
/// (<see cref="CandidateSampler"/>), and takes the <see cref="PurchaseLoss"/>.
/// </summary>
/// <param name="firstTimeShare">Share of first-time purchases in the loss, 0 to 1.</param>
internal sealed class PurchaseGoal(LessonReader reader, CandidateSampler sampler, double firstTimeShare, Random random) : ILearningGoal
{
    public int Count => reader.Samples.All.Length;

    public Tensor Loss(RankingModel model, ReadOnlySpan<int> lessons, double progress)
    {
        LessonBatch batch = Draw(lessons);
        return PurchaseLoss.Of(model.Logits(batch), batch, firstTimeShare);
    }

    /// <summary>Lessons with freshly sampled candidates.</summary>
    public LessonBatch Draw(ReadOnlySpan<int> lessons)
    {
        int k = sampler.Width;
        var samples = new TrainingSample[lessons.Length];
        var candidates = new long[samples.Length * k];
        var labels = new float[candidates.Length];
        var corrections = new float[candidates.Length];
        var targets = new HashSet<int>();
        for (int row = 0; row < samples.Length; row++)
        {
            samples[row] = reader.Samples.All[lessons[row]];
            reader.Samples.CollectTargets(samples[row], targets);
            sampler.Fill(
                samples[row],
                targets,
                random,
                [],
                candidates.AsSpan(row * k, k),
                labels.AsSpan(row * k, k),
                corrections.AsSpan(row * k, k)
            );
        }

        return reader.Read(samples, candidates, labels, corrections);
    }
}
