using RecOps.Shared.Bundles;
using RecOps.Training.Import;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Learning;

/// <summary>Reads past lessons as they were: the shopper's history, the items' trends and the context at that time.</summary>
internal sealed class LessonReader : IDisposable
{
    private readonly ItemTrends _source;
    private readonly ContextFeatures _context;
    private readonly float[] _eventWeights;
    private readonly Tensor _trends;

    public LessonReader(FeatureSpec features, int historyLength, ShopperHistories histories, ItemTrends trends, TrainingSamples samples)
    {
        Histories = histories;
        Samples = samples;
        HistoryLength = historyLength;
        _source = trends;
        _context = new ContextFeatures(features.Context);
        _eventWeights = [.. Enum.GetValues<InteractionType>().Select(type => features.EventWeights[EventNames.Of(type)])];
        Runtime.TorchRuntime.EnsureLoaded();
        _trends = tensor(trends.Values, [trends.Moments, trends.Items, ItemTrends.Columns]).DetachFromDisposeScope();
    }

    public ShopperHistories Histories { get; }

    public TrainingSamples Samples { get; }

    public int Items => _source.Items;

    public int HistoryLength { get; }

    public int ContextColumns => _context.Count;

    /// <summary>[items, <see cref="ItemTrends.Columns"/>] of one snapshot.</summary>
    public ReadOnlySpan<float> TrendsAt(int moment) => _source.At(moment);

    /// <param name="candidates">[b, k] ordinals, row by row.</param>
    /// <param name="labels">[b, k], 1 for what was bought.</param>
    /// <param name="corrections">[b, k], added to the logits.</param>
    /// <returns>Tensors that belong to the current dispose scope.</returns>
    public LessonBatch Read(ReadOnlySpan<TrainingSample> samples, long[] candidates, float[] labels, float[] corrections)
    {
        (int rows, int h, int c) = (samples.Length, HistoryLength, _context.Count);
        int k = candidates.Length / rows;
        var history = new long[rows * h];
        var weights = new float[rows * h];
        var context = new float[rows * c];
        var moments = new long[rows];
        for (int row = 0; row < rows; row++)
        {
            TrainingSample sample = samples[row];
            ReadHistory(sample, history.AsSpan(row * h, h), weights.AsSpan(row * h, h));
            ReadContext(sample, context.AsSpan(row * c, c));
            moments[row] = sample.Moment;
        }

        Tensor ordinals = tensor(candidates, [rows, k]);
        return new LessonBatch(
            tensor(history, [rows, h]),
            tensor(weights, [rows, h]),
            ordinals,
            _trends[tensor(moments).unsqueeze(1), ordinals],
            tensor(labels, [rows, k]),
            tensor(corrections, [rows, k]),
            tensor(context, [rows, c])
        );
    }

    /// <summary>The shopper's history before the lesson, newest first, with the weights of its event types.</summary>
    public void ReadHistory(TrainingSample sample, Span<long> history, Span<float> weights)
    {
        int count = Histories.CopyNewestFirst(sample.User, sample.Entry, history);
        weights.Clear();
        for (int i = 0; i < count; i++)
            weights[i] = _eventWeights[(int)Histories.Types[sample.Entry - 1 - i]];
    }

    public void ReadContext(TrainingSample sample, Span<float> context) =>
        _context.Fill(DateTimeOffset.FromUnixTimeSeconds(Histories.Times[sample.Entry]), "home", context);

    public void Dispose() => _trends.Dispose();
}
