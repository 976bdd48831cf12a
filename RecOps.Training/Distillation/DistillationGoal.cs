using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using static TorchSharp.torch;

namespace RecOps.Training.Distillation;

/// <summary>
/// To rank as the teachers do and still put first what was bought: the purchases' loss, the teachers' probabilities at a temperature
/// (Hinton, Vinyals, Dean 2015), and the teachers' order at the top (ListMLE: Xia, Liu, Wang, Zhang, Li 2008). The teachers as they
/// were early on come first, since what they knew then is easier to follow (Jin and others 2019).
/// </summary>
internal sealed class DistillationGoal(LessonReader reader, TeacherAnswers answers, DistillationSettings settings) : ILearningGoal
{
    private const int Top = 20;
    private readonly LessonPools _pools = answers.Pools;

    public int Count => _pools.Lessons.Length;

    public Tensor Loss(RankingModel model, ReadOnlySpan<int> lessons, double progress)
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
        Tensor purchases = PurchaseGoal.Loss(logits, batch);
        Tensor teachers = tensor(opinions, [samples.Length, k]);
        Tensor distilled = Soft(logits, teachers, batch.Corrections);
        if (settings.Listwise > 0)
            distilled += Order(logits, teachers) * settings.Listwise;
        return (purchases * (1 - settings.Alpha)) + (distilled * settings.Alpha);
    }

    /// <summary>
    /// How surprised the student's probabilities are by the teachers', both over the pool; a drawn item stands for those not drawn,
    /// so its correction is added to both. Times T², which keeps gradients as they were whatever the temperature.
    /// </summary>
    private Tensor Soft(Tensor logits, Tensor teachers, Tensor corrections)
    {
        double t = settings.Temperature;
        Tensor wanted = nn.functional.softmax((teachers / t) + corrections, 1);
        Tensor given = nn.functional.log_softmax((logits / t) + corrections, 1);
        return -(wanted * given).sum(1).mean() * (t * t);
    }

    /// <summary>
    /// −log of how likely the student would draw the teachers' best in their order, each from what is left of the pool, the first
    /// counting most.
    /// </summary>
    private static Tensor Order(Tensor logits, Tensor teachers)
    {
        Tensor places = teachers.argsort(1, descending: true);
        Tensor ordered = logits.gather(1, places);
        int top = (int)Math.Min(Top, ordered.shape[1] - 1);

        // log Σ exp over what is left from each place on: a running sum from the end.
        Tensor left = ordered.flip(1).logcumsumexp(1).flip(1);
        Tensor discount = 1 / log2(arange(2, top + 2, float32));
        return ((left.narrow(1, 0, top) - ordered.narrow(1, 0, top)) * discount).sum(1).mean() / discount.sum();
    }

    private void Copy(float[] pools, int lesson, float[] batch, int row) =>
        pools.AsSpan(lesson * _pools.Width, _pools.Width).CopyTo(batch.AsSpan(row * _pools.Width));
}
