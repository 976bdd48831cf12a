using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using RecOps.Training.Progress;
using RecOps.Training.Runtime;
using static TorchSharp.torch;

namespace RecOps.Training.Distillation;

/// <summary>
/// The items that the teachers score, one pool for each lesson.
/// 1. Draw up to 24,000 lessons at random.
/// 2. Rank the catalogue (the 4,096 items with the most events, if it is larger) with the control, and keep its top 96.
/// 3. Fill the pool with what was bought, the shopper's own history, those top items and a sample of the rest
/// (<see cref="CandidateSampler"/>).
/// </summary>
internal sealed class LessonPools
{
    private const int MaxLessons = 24_000;
    private const int Top = 96;

    // In a large catalogue the student ranks only the items with the most events; the sample covers the others.
    private const int Shortlist = 4_096;
    private const int BatchSize = 16;

    public LessonPools(int width, int[] lessons, int[] candidates, float[] labels, float[] corrections)
    {
        Width = width;
        Lessons = lessons;
        Candidates = candidates;
        Labels = labels;
        Corrections = corrections;
    }

    /// <summary>Items in each pool.</summary>
    public int Width { get; }

    /// <summary>Indices of the lessons in <see cref="TrainingSamples.All"/>.</summary>
    public int[] Lessons { get; }

    /// <summary>[lessons, width] ordinals.</summary>
    public int[] Candidates { get; }

    /// <summary>[lessons, width], 1 for what was bought.</summary>
    public float[] Labels { get; }

    /// <summary>[lessons, width], see <see cref="CandidateSampler"/>.</summary>
    public float[] Corrections { get; }

    /// <param name="student">Its top items go into the pools.</param>
    public static LessonPools Build(
        TrainingSet set,
        RankerNetwork student,
        LearningRecipe recipe,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        TrainingSample[] all = set.Reader.Samples.All;
        var random = new Random(recipe.Seed);
        int[] lessons = [.. Enumerable.Range(0, all.Length)];
        random.Shuffle(lessons);
        lessons = lessons[..Math.Min(lessons.Length, MaxLessons)];
        CandidateSampler sampler = set.Sampler(recipe);
        int width = sampler.Width;
        var pools = new LessonPools(
            width,
            lessons,
            new int[lessons.Length * width],
            new float[lessons.Length * width],
            new float[lessons.Length * width]
        );
        int[] shortlist = BestKnown(set.EventsByItem);
        using IProgressTask task = progress.Start("Candidate pools", lessons.Length);
        var targets = new HashSet<int>();
        var row = new long[width];
        for (int first = 0; first < lessons.Length; first += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            TrainingSample[] samples =
            [
                .. lessons.AsSpan(first, Math.Min(BatchSize, lessons.Length - first)).ToArray().Select(lesson => all[lesson]),
            ];
            int[] tops = TopOf(set.Reader, student, samples, shortlist);
            int length = tops.Length / samples.Length;
            for (int i = 0; i < samples.Length; i++)
            {
                int start = (first + i) * width;
                set.Reader.Samples.CollectTargets(samples[i], targets);
                sampler.Fill(
                    samples[i],
                    targets,
                    random,
                    tops.AsSpan(i * length, length),
                    row,
                    pools.Labels.AsSpan(start, width),
                    pools.Corrections.AsSpan(start, width)
                );
                for (int k = 0; k < width; k++)
                    pools.Candidates[start + k] = (int)row[k];
            }

            task.Report(first + samples.Length);
        }

        return pools;
    }

    private static int[] BestKnown(int[] events)
    {
        int[] items = [.. Enumerable.Range(0, events.Length)];
        if (items.Length > Shortlist)
            items = [.. items.OrderByDescending(item => events[item]).ThenBy(item => item).Take(Shortlist)];
        return items;
    }

    /// <returns>[samples, top] ordinals, best first.</returns>
    private static int[] TopOf(LessonReader reader, RankerNetwork student, TrainingSample[] samples, int[] shortlist)
    {
        using var scope = NewDisposeScope();
        using CollectionPause pause = CollectionPause.Begin();
        using (no_grad())
        {
            var candidates = new long[samples.Length * shortlist.Length];
            for (int i = 0; i < candidates.Length; i++)
                candidates[i] = shortlist[i % shortlist.Length];
            var none = new float[candidates.Length];
            Tensor logits = student.Logits(reader.Read(samples, candidates, none, none));
            int length = Math.Min(Top, shortlist.Length);
            long[] places = logits.topk(length, 1).indexes.contiguous().data<long>().ToArray();
            return Array.ConvertAll(places, place => shortlist[place]);
        }
    }
}
