using System.Globalization;
using RecOps.Shared.Bundles;
using RecOps.Training.Import;
using RecOps.Training.Progress;
using RecOps.Training.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models;

/// <summary>
/// Teaches a <see cref="RankerNetwork"/> with a sampled softmax over what users bought next.
/// </summary>
internal sealed class RankerTrainer
{
    private const int BatchSize = 64;
    private const int BatchesPerPause = 16;
    private const int CandidateWidth = 320;

    // Bounds the time of a pass: more lessons than this add minutes, not quality; each pass draws its own.
    private const int LessonsPerPass = 24_000;

    private const double LearningRate = 0.003;
    private const double ItemLearningRate = 0.001;
    private const double GradientLimit = 5;
    private const int CalibrationSamples = 2048;
    private readonly RankerShape _shape;
    private readonly ShopperHistories _histories;
    private readonly ItemTrends _trends;
    private readonly TrainingSamples _samples;
    private readonly CandidateSampler _sampler;
    private readonly ContextFeatures _context;
    private readonly float[] _eventWeights;
    private readonly int _epochs;
    private readonly Random _random;
    private readonly int _seed;

    public RankerTrainer(
        RankerShape shape, ShopperHistories histories, ItemTrends trends, TrainingSamples samples, ReadOnlySpan<int> eventsByItem, int epochs, int seed)
    {
        _shape = shape;
        _histories = histories;
        _trends = trends;
        _samples = samples;
        _sampler = new CandidateSampler(histories, eventsByItem, CandidateWidth);
        _context = new ContextFeatures(shape.Features.Context);
        _eventWeights = [.. Enum.GetValues<InteractionType>().Select(type => shape.Features.EventWeights[EventNames.Of(type)])];
        _epochs = epochs;
        _random = new Random(seed);
        _seed = seed;
    }

    /// <returns>The learned network; the caller disposes it.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is left behind.</exception>
    public RankerNetwork Train(ITrainingProgress progress, CancellationToken cancellation)
    {
        TorchRuntime.EnsureLoaded();
        manual_seed(_seed);

        // Steps are too small to share out: a second thread costs as much as it does, and sums would depend on the machine's cores.
        int threads = get_num_threads();
        set_num_threads(1);
        var network = new RankerNetwork(_shape);
        try
        {
            Run(network, progress, cancellation);
            network.eval();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    /// <summary>Fits what turns raw scores into probabilities of a purchase within the horizon, on a sample of the lessons.</summary>
    public ScoreCalibration Calibrate(RankerNetwork network)
    {
        using var scope = NewDisposeScope();
        using CollectionPause pause = CollectionPause.Begin();
        using (no_grad())
        {
            TrainingSample[] order = [.. _samples.All];
            _random.Shuffle(order);
            using Tensor trends = tensor(_trends.Values, [_trends.Moments, _trends.Items, ItemTrends.Columns]);
            var (scores, labels, weights) = (new List<float>(), new List<float>(), new List<float>());
            for (int first = 0; first < Math.Min(order.Length, CalibrationSamples); first += BatchSize)
            {
                Batch batch = Fill(order.AsSpan(first, Math.Min(BatchSize, order.Length - first)));
                Tensor user = network.FoldUser(batch.History, batch.EventWeights);
                Tensor logits = network.Logits(user, batch.History, batch.Candidates, trends[batch.Moments.unsqueeze(1), batch.Candidates], batch.Context);
                scores.AddRange(logits.data<float>().ToArray());
                labels.AddRange(batch.Labels.data<float>().ToArray());
                weights.AddRange(batch.Corrections.exp().data<float>().ToArray());
            }

            return ScoreCalibration.Fit([.. scores], [.. labels], [.. weights]);
        }
    }

    private void Run(RankerNetwork network, ITrainingProgress progress, CancellationToken cancellation)
    {
        int lessons = Math.Min(_samples.All.Length, LessonsPerPass);
        int batches = (lessons + BatchSize - 1) / BatchSize;
        using Tensor trends = tensor(_trends.Values, [_trends.Moments, _trends.Items, ItemTrends.Columns]);
        using AdamW optimiser = optim.AdamW(
            [
                new AdamW.ParamGroup([network.Items], new AdamW.Options { LearningRate = ItemLearningRate }),
                new AdamW.ParamGroup(network.OtherParameters, new AdamW.Options { LearningRate = LearningRate, weight_decay = 0 }),
            ],
            LearningRate);
        using IProgressTask task = progress.Start("Learning", (double)_epochs * batches);
        TrainingSample[] order = [.. _samples.All];
        for (int epoch = 0, step = 0; epoch < _epochs; epoch++)
        {
            network.train();
            _random.Shuffle(order);
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
                double left = 1 - ((double)step++ / (_epochs * batches));
                foreach ((var group, double rate) in optimiser.ParamGroups.Zip([ItemLearningRate, LearningRate]))
                    group.LearningRate = rate * (left + 0.02);
                int first = batch * BatchSize;
                loss += Step(network, optimiser, trends, order.AsSpan(first, Math.Min(BatchSize, lessons - first)));
                string detail = string.Create(CultureInfo.InvariantCulture, $"pass {epoch + 1} of {_epochs}, loss {loss / (batch + 1):F3}");
                task.Report((epoch * batches) + batch + 1, detail);
            }

            pause.Dispose();
        }
    }

    private double Step(RankerNetwork network, AdamW optimiser, Tensor trends, ReadOnlySpan<TrainingSample> samples)
    {
        using var scope = NewDisposeScope();
        Batch batch = Fill(samples);
        Tensor user = network.FoldUser(batch.History, batch.EventWeights);
        Tensor logits = network.Logits(user, batch.History, batch.Candidates, trends[batch.Moments.unsqueeze(1), batch.Candidates], batch.Context);
        Tensor loss = Loss(logits, batch);
        optimiser.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(network.parameters(), GradientLimit);
        optimiser.step();
        return loss.item<float>();
    }

    private static Tensor Loss(Tensor logits, Batch batch)
    {
        Tensor share = nn.functional.log_softmax(logits + batch.Corrections, 1);
        return -((share * batch.Labels).sum(1) / batch.Labels.sum(1).clamp_min(1)).mean();
    }

    private Batch Fill(ReadOnlySpan<TrainingSample> samples)
    {
        (int rows, int h, int k, int c) = (samples.Length, _shape.History, _sampler.Width, _context.Count);
        var history = new long[rows * h];
        var weights = new float[rows * h];
        var candidates = new long[rows * k];
        var labels = new float[rows * k];
        var corrections = new float[rows * k];
        var context = new float[rows * c];
        var moments = new long[rows];
        var targets = new HashSet<int>();
        for (int row = 0; row < rows; row++)
        {
            TrainingSample sample = samples[row];
            int count = _histories.CopyNewestFirst(sample.User, sample.Entry, history.AsSpan(row * h, h));
            for (int i = 0; i < count; i++) weights[(row * h) + i] = _eventWeights[(int)_histories.Types[sample.Entry - 1 - i]];
            _samples.CollectTargets(sample, targets);
            _sampler.Fill(
                sample, targets, _random, candidates.AsSpan(row * k, k), labels.AsSpan(row * k, k), corrections.AsSpan(row * k, k));
            _context.Fill(DateTimeOffset.FromUnixTimeSeconds(_histories.Times[sample.Entry]), "home", context.AsSpan(row * c, c));
            moments[row] = sample.Moment;
        }

        return new Batch(
            tensor(history, [rows, h]), tensor(weights, [rows, h]), tensor(candidates, [rows, k]), tensor(labels, [rows, k]),
            tensor(corrections, [rows, k]), tensor(context, [rows, c]), tensor(moments));
    }

    private sealed record Batch(
        Tensor History, Tensor EventWeights, Tensor Candidates, Tensor Labels, Tensor Corrections, Tensor Context, Tensor Moments);
}
