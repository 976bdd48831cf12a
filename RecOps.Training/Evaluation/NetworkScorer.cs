using RecOps.Shared.Bundles;
using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using RecOps.Training.Runtime;
using static TorchSharp.torch;

namespace RecOps.Training.Evaluation;

/// <summary>Scores with a network that is not in a bundle yet, as of the cut.</summary>
internal sealed class NetworkScorer(string name, RankingModel model, ScoreCalibration calibration, TrainingSet set) : IItemScorer
{
    private const int MaxUsers = 16;
    private const int MaxCandidates = 1024;
    private const string Placement = "home";
    private readonly float[] _trends = set.Trends.At(set.Trends.Moments - 1).ToArray();

    public string Name => name;

    public void Score(ReadOnlyMemory<int> users, Memory<float> scores)
    {
        for (int first = 0; first < users.Length; first += MaxUsers)
        {
            int count = Math.Min(MaxUsers, users.Length - first);
            Score(users.Span.Slice(first, count), scores.Span.Slice(first * set.Reader.Items, count * set.Reader.Items));
        }
    }

    private void Score(ReadOnlySpan<int> users, Span<float> scores)
    {
        (int b, int h, int items) = (users.Length, set.Reader.HistoryLength, set.Reader.Items);
        var context = new ContextFeatures(TrainingSet.Features.Context);
        var (histories, weights, contexts) = (new long[b * h], new float[b * h], new float[b * context.Count]);
        var (types, ages) = (new long[b * h], new float[b * h]);
        for (int row = 0; row < b; row++)
        {
            set.Reader.ReadHistory(
                new TrainingSample(users[row], set.Histories.End(users[row]), 0),
                histories.AsSpan(row * h, h),
                weights.AsSpan(row * h, h)
            );
            set.Histories.CopyEvents(
                users[row],
                set.Histories.End(users[row]),
                set.Split.Cut!.Value,
                types.AsSpan(row * h, h),
                ages.AsSpan(row * h, h)
            );
            context.Fill(DateTimeOffset.FromUnixTimeSeconds(set.Split.Cut!.Value), Placement, contexts.AsSpan(row * context.Count));
        }

        using CollectionPause pause = CollectionPause.Begin();
        using (no_grad())
        {
            using var batch = NewDisposeScope();
            Tensor allTrends = tensor(_trends, [items, ItemTrends.Columns]);
            for (int start = 0; start < items; start += MaxCandidates)
            {
                using var scope = NewDisposeScope();
                int width = Math.Min(MaxCandidates, items - start);
                Tensor candidates = arange(start, start + width, int64).unsqueeze(0).expand(b, width).contiguous();
                Tensor trends = allTrends.slice(0, start, start + width, 1).unsqueeze(0).expand(b, width, ItemTrends.Columns);
                Tensor none = zeros(b, width);
                Tensor logits = model.Logits(
                    new LessonBatch(
                        tensor(histories, [b, h]),
                        tensor(weights, [b, h]),
                        candidates,
                        trends,
                        none,
                        none,
                        tensor(contexts, [b, context.Count]),
                        tensor(types, [b, h]),
                        tensor(ages, [b, h])
                    )
                );
                float[] values = ((logits * calibration.Slope) + calibration.Offset).data<float>().ToArray();
                for (int row = 0; row < b; row++)
                    values.AsSpan(row * width, width).CopyTo(scores.Slice((row * items) + start, width));
            }
        }
    }
}
