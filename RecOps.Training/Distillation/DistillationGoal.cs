using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using static TorchSharp.torch;

namespace RecOps.Training.Distillation;

/// <summary>
/// The student's loss: rank as the teachers do, and still rank first what was bought.
/// 1. Pick the teachers' logits: early ones for the first share of the steps, since they are easier to follow (Jin and others 2019),
/// final ones afterwards.
/// 2. Hard loss: the sampled softmax over purchases (<see cref="PurchaseLoss"/>).
/// 3. Soft loss: cross-entropy between the teachers' and the student's softmax at temperature T, times T² (Hinton, Vinyals, Dean 2015).
/// 4. Listwise loss: negative log-likelihood of the teachers' top 20 in their order, discounted by rank (ListMLE: Xia, Liu, Wang, Zhang,
/// Li 2008).
/// 5. Mixed loss = (1 − α) · hard + α · (soft + listwise weight · listwise).
/// 6. Loss = (1 − share) · mixed + share · the loss on first-time purchases, which α does not weaken: the teachers know repeat purchases
/// best, and distillation that raises the mean can harm a part of it (Lukasik and others 2021, "Teacher's pet").
/// 7. Where there are more lessons than the teachers scored, a pass is twice as long and draws from all of them; from the others the
/// student learns purchases alone. Without them it would see the same shoppers in every pass, and the control, which draws from all lessons,
/// would know more.
/// </summary>
/// <param name="purchases">Learns from purchases alone.</param>
/// <param name="firstTimeShare">Share of first-time purchases in the loss, 0 to 1.</param>
internal sealed class DistillationGoal(
    LessonReader reader,
    TeacherAnswers answers,
    DistillationSettings settings,
    double firstTimeShare,
    PurchaseGoal purchases
) : ILearningGoal
{
    private const int Top = 20;
    private readonly LessonPools _pools = answers.Pools;
    private readonly int[] _others = [.. Enumerable.Range(0, purchases.Count).Except(answers.Pools.Lessons)];

    /// <summary>The lessons that the teachers scored, then the others.</summary>
    public int Count => _pools.Lessons.Length + _others.Length;

    public int PassLength => Math.Min(Count, 2 * _pools.Lessons.Length);

    public Tensor Loss(RankingModel model, ReadOnlySpan<int> lessons, double progress)
    {
        int known = _pools.Lessons.Length;
        int[] scored = [.. lessons.ToArray().Where(lesson => lesson < known)];
        if (scored.Length == lessons.Length)
            return Distilled(model, scored, progress);
        int[] others = [.. lessons.ToArray().Where(lesson => lesson >= known).Select(lesson => _others[lesson - known])];
        Tensor loss = purchases.Loss(model, others, progress);
        if (scored.Length == 0)
            return loss;
        double share = (double)scored.Length / lessons.Length;
        return (Distilled(model, scored, progress) * share) + (loss * (1 - share));
    }

    private Tensor Distilled(RankingModel model, ReadOnlySpan<int> lessons, double progress)
    {
        int k = _pools.Width;
        var samples = new TrainingSample[lessons.Length];
        var candidates = new long[samples.Length * k];
        var (labels, corrections, opinions) = (new float[candidates.Length], new float[candidates.Length], new float[candidates.Length]);
        float[] source = progress < settings.EarlyShare ? answers.Early ?? answers.Final : answers.Final;
        for (int row = 0; row < samples.Length; row++)
        {
            int lesson = lessons[row];
            samples[row] = reader.Samples.All[_pools.Lessons[lesson]];
            for (int i = 0; i < k; i++)
                candidates[(row * k) + i] = _pools.Candidates[(lesson * k) + i];
            Copy(_pools.Labels, lesson, labels, row);
            Copy(_pools.Corrections, lesson, corrections, row);
            Copy(source, lesson, opinions, row);
        }

        LessonBatch batch = reader.Read(samples, candidates, labels, corrections);
        Tensor logits = model.Logits(batch);
        Tensor bought = PurchaseLoss.All(logits, batch);
        Tensor? firstTime = firstTimeShare == 0 ? null : PurchaseLoss.FirstTime(logits, batch);
        if (firstTime is not null)
            bought = PurchaseLoss.Mix(bought, firstTime, firstTimeShare);
        Tensor teachers = tensor(opinions, [samples.Length, k]);
        Tensor distilled = Soft(logits, teachers, batch.Corrections);
        if (settings.Listwise > 0)
            distilled += Order(logits, teachers) * settings.Listwise;
        Tensor mixed = (bought * (1 - settings.Alpha)) + (distilled * settings.Alpha);
        return firstTime is null ? mixed : PurchaseLoss.Mix(mixed, firstTime, firstTimeShare);
    }

    /// <summary>
    /// Cross-entropy between the teachers' and the student's probabilities over the pool. A sampled item stands for those not sampled, so
    /// its correction is added to both. The factor T² keeps the gradients' scale independent of the temperature.
    /// </summary>
    private Tensor Soft(Tensor logits, Tensor teachers, Tensor corrections)
    {
        double t = settings.Temperature;
        Tensor wanted = nn.functional.softmax((teachers / t) + corrections, 1);
        Tensor given = nn.functional.log_softmax((logits / t) + corrections, 1);
        return -(wanted * given).sum(1).mean() * (t * t);
    }

    /// <summary>
    /// −log of the probability that the student draws the teachers' best items in their order, each from what is left of the pool. Higher
    /// ranks count more.
    /// </summary>
    private static Tensor Order(Tensor logits, Tensor teachers)
    {
        Tensor places = teachers.argsort(1, descending: true);
        Tensor ordered = logits.gather(1, places);
        int top = (int)Math.Min(Top, ordered.shape[1] - 1);

        // log Σ exp over the items from each place to the end: a cumulative sum from the back.
        Tensor left = ordered.flip(1).logcumsumexp(1).flip(1);
        Tensor discount = 1 / log2(arange(2, top + 2, float32));
        return ((left.narrow(1, 0, top) - ordered.narrow(1, 0, top)) * discount).sum(1).mean() / discount.sum();
    }

    private void Copy(float[] pools, int lesson, float[] batch, int row) =>
        pools.AsSpan(lesson * _pools.Width, _pools.Width).CopyTo(batch.AsSpan(row * _pools.Width));
}
