using static TorchSharp.torch;

namespace RecOps.Training.Models.Learning;

/// <summary>
/// Ranks first what the shopper bought next: a sampled softmax (Bengio and Senécal 2008).
/// 1. Fill a row of candidates for each lesson: its answers, own history and sampled items (<see cref="CandidateSampler"/>).
/// 2. Add the sampling corrections to the logits, and take the log softmax over the row.
/// 3. Loss: minus its mean over the answers, averaged over the lessons.
/// </summary>
internal sealed class PurchaseGoal(LessonReader reader, CandidateSampler sampler, Random random) : ILearningGoal
{
    public int Count => reader.Samples.All.Length;

    public Tensor Loss(RankingModel model, ReadOnlySpan<int> lessons, double progress)
    {
        LessonBatch batch = Draw(lessons);
        return Loss(model.Logits(batch), batch);
    }

    /// <summary>Mean −log of the softmax probability of the answers.</summary>
    public static Tensor Loss(Tensor logits, LessonBatch batch)
    {
        Tensor share = nn.functional.log_softmax(logits + batch.Corrections, 1);
        return -((share * batch.Labels).sum(1) / batch.Labels.sum(1).clamp_min(1)).mean();
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
