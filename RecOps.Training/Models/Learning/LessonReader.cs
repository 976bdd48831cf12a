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
        var types = new long[rows * h];
        var ages = new float[rows * h];
        var moments = new long[rows];
        for (int row = 0; row < rows; row++)
        {
            TrainingSample sample = samples[row];
            ReadHistory(sample, history.AsSpan(row * h, h), weights.AsSpan(row * h, h));
            ReadEvents(sample, types.AsSpan(row * h, h), ages.AsSpan(row * h, h));
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
            tensor(context, [rows, c]),
            tensor(types, [rows, h]),
            tensor(ages, [rows, h])
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

    /// <summary>Event types of the history before the lesson, and the days since, as at <see cref="MomentOf"/>.</summary>
    public void ReadEvents(TrainingSample sample, Span<long> types, Span<float> ages) =>
        Histories.CopyEvents(sample.User, sample.Entry, MomentOf(sample), types, ages);

    public void ReadContext(TrainingSample sample, Span<float> context) =>
        _context.Fill(DateTimeOffset.FromUnixTimeSeconds(Histories.Times[sample.Entry]), "home", context);

    /// <summary>
    /// When the lesson's list is asked for, Unix seconds: between the entry before the lesson and its first one. Lists are made during a
    /// visit and at any time before it, for a mail or a warm cache; lessons that all began with the visit would teach that the last
    /// event is always as old as the pause between two visits. Each lesson has a place of its own in that pause, the same in every
    /// pass, for the teachers too.
    /// </summary>
    private long MomentOf(TrainingSample sample)
    {
        long visit = Histories.Times[sample.Entry];
        if (sample.Entry == Histories.Start(sample.User))
            return visit;
        long before = Histories.Times[sample.Entry - 1];
        ulong hash = (((ulong)(uint)sample.User << 32) | (uint)sample.Entry) * 0x9E3779B97F4A7C15;
        hash = (hash ^ (hash >> 29)) * 0xBF58476D1CE4E5B9;
        return before + (long)((visit - before) * ((hash >> 11) * (1.0 / (1L << 53))));
    }

    public void Dispose() => _trends.Dispose();
}
