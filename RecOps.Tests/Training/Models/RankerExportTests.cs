using RecOps.Shared.Bundles;
using RecOps.Tests.Training.Onnx;
using RecOps.Training.Models;
using RecOps.Training.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace RecOps.Tests.Training.Models;

[Collection(TorchTests.Name)]
public sealed class RankerExportTests
{
    private const int Items = 50;
    private const int Dimension = 12;
    private const int History = 9;

    [Theory]
    [InlineData(1, 1, 1, nameof(RankerPrecision.Single), 1e-5f)]
    [InlineData(2, 3, 17, nameof(RankerPrecision.Single), 1e-5f)]
    [InlineData(3, 8, 50, nameof(RankerPrecision.Single), 1e-5f)]
    [InlineData(3, 8, 50, nameof(RankerPrecision.Half), 0.01f)]
    [InlineData(3, 8, 50, nameof(RankerPrecision.Int8), 0.05f)]
    [InlineData(1, 1, 1, nameof(RankerPrecision.Single), 1e-5f, true)]
    [InlineData(4, 8, 50, nameof(RankerPrecision.Single), 1e-5f, true)]
    [InlineData(4, 8, 50, nameof(RankerPrecision.Half), 0.01f, true)]
    [InlineData(4, 8, 50, nameof(RankerPrecision.Int8), 0.05f, true)]
    public void Save_RandomNetworkAndInputs_ScoresLikeTorch(
        int seed,
        int users,
        int candidates,
        string precision,
        float tolerance,
        bool readsEvents = false
    )
    {
        TorchRuntime.EnsureLoaded();
        manual_seed(seed);
        var random = new Random(seed);
        using RankerNetwork network = RandomNetwork(readsEvents);
        float[] trends = [.. Enumerable.Range(0, Items * ItemTrends.Columns).Select(_ => (float)(Half)(random.NextSingle() - 0.5f))];
        var calibration = new ScoreCalibration(1.3f, -0.4f);
        long[] history = [.. Enumerable.Range(0, users).SelectMany(user => RandomHistory(random, user))];
        long[] items = [.. Enumerable.Range(0, users * candidates).Select(_ => (long)random.Next(Items))];
        float[] vectors = [.. Enumerable.Range(0, users * Dimension).Select(_ => random.NextSingle() - 0.5f)];
        float[] context = [.. Enumerable.Range(0, users * 2).Select(_ => random.NextSingle())];

        // Younger and older than every scale.
        long[] types = [.. history.Select(item => item < 0 ? 0L : random.Next(4))];
        float[] ages = [.. history.Select(item => item < 0 ? 0 : MathF.Pow(10, (4 * random.NextSingle()) - 1))];
        float[] expected = TorchScores(network, calibration, vectors, history, types, ages, items, trends, context, users, candidates);
        using var model = new OnnxModel(path =>
            RankerExport.Save(network, trends, calibration, Enum.Parse<RankerPrecision>(precision), path)
        );
        List<(string, Microsoft.ML.OnnxRuntime.OrtValue)> inputs =
        [
            OnnxModel.Input("user", vectors, users, Dimension),
            OnnxModel.Input("history", history, users, History),
            OnnxModel.Input("candidates", items, users, candidates),
            OnnxModel.Input("context", context, users, 2),
        ];
        if (readsEvents)
        {
            inputs.Add(OnnxModel.Input("historyTypes", types, users, History));
            inputs.Add(OnnxModel.Input("historyAges", ages, users, History));
        }

        float[] actual = model.Run([.. inputs]);

        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < actual.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
        if (actual.Length > 1)
            Assert.True(actual.Max() - actual.Min() > 0.01f, "all scores are the same, which would hide differences");
    }

    [Theory]
    [InlineData(nameof(RankerPrecision.Single))]
    [InlineData(nameof(RankerPrecision.Half))]
    [InlineData(nameof(RankerPrecision.Int8))]
    public void Scores_AloneAndInABatch_AreTheSame(string precision)
    {
        const int Users = 8;
        const int Candidates = 40;
        TorchRuntime.EnsureLoaded();
        manual_seed(5);
        var random = new Random(5);
        using RankerNetwork network = RandomNetwork();
        float[] trends = [.. Enumerable.Range(0, Items * ItemTrends.Columns).Select(_ => random.NextSingle() - 0.5f)];
        long[] history = [.. Enumerable.Range(0, Users).SelectMany(user => RandomHistory(random, user))];
        long[] items = [.. Enumerable.Range(0, Users * Candidates).Select(_ => (long)random.Next(Items))];

        // Each user's numbers have a different magnitude; one range for all of them would lose the small ones.
        float[] vectors =
        [
            .. Enumerable.Range(0, Users * Dimension).Select(i => (random.NextSingle() - 0.5f) * MathF.Pow(2, i / Dimension)),
        ];
        float[] context = [.. Enumerable.Range(0, Users * 2).Select(i => random.NextSingle() * (i / 2))];
        using var model = new OnnxModel(path =>
            RankerExport.Save(network, trends, new ScoreCalibration(1.3f, -0.4f), Enum.Parse<RankerPrecision>(precision), path)
        );

        float[] together = Run(0, Users);

        for (int user = 0; user < Users; user++)
        {
            float[] alone = Run(user, 1);
            for (int i = 0; i < Candidates; i++)
                Assert.Equal(together[(user * Candidates) + i], alone[i], precision == nameof(RankerPrecision.Half) ? 0.002f : 1e-5f);
        }

        float[] Run(int first, int count)
        {
            return model.Run(
                OnnxModel.Input("user", Of(vectors, Dimension), count, Dimension),
                OnnxModel.Input("history", Of(history, History), count, History),
                OnnxModel.Input("candidates", Of(items, Candidates), count, Candidates),
                OnnxModel.Input("context", Of(context, 2), count, 2)
            );

            T[] Of<T>(T[] all, int each) => all[(first * each)..((first + count) * each)];
        }
    }

    [Fact]
    public void UnitItems_AnyNetwork_HaveLengthOne()
    {
        TorchRuntime.EnsureLoaded();
        using RankerNetwork network = RandomNetwork();
        Half[] items = RankerExport.UnitItems(network);
        for (int item = 0; item < Items; item++)
            Assert.Equal(1, items.AsSpan(item * Dimension, Dimension).ToArray().Sum(v => (float)v * (float)v), 0.01f);
    }

    [Fact]
    public void FoldUser_HistoryWithWeights_AgreesWithServing()
    {
        TorchRuntime.EnsureLoaded();
        using RankerNetwork network = RandomNetwork();
        Half[] items = RankerExport.UnitItems(network);
        long[] history = [4, 7, 4, 1, -1, -1, -1, -1, -1];
        float[] weights = [1, 0.3f, 0.7f, 1, 0, 0, 0, 0, 0];
        var expected = new float[Dimension];
        for (int i = 3; i >= 0; i--)
            UserVector.Fold(expected, items.AsSpan((int)history[i] * Dimension, Dimension), network.Shape.Features.FoldDecay, weights[i]);

        using var scope = NewDisposeScope();
        using (no_grad())
        {
            float[] actual = network.FoldUser(tensor(history, [1, History]), tensor(weights, [1, History])).data<float>().ToArray();
            for (int i = 0; i < Dimension; i++)
                Assert.Equal(expected[i], actual[i], 0.005f);
        }
    }

    /// <summary>Learned values of all magnitudes, so that a wrong operator cannot hide behind small numbers.</summary>
    private static RankerNetwork RandomNetwork(bool readsEvents = false)
    {
        var network = new RankerNetwork(
            new RankerShape
            {
                Items = Items,
                Dimension = Dimension,
                History = History,
                ReadsEvents = readsEvents,
                Features = new FeatureSpec
                {
                    Context = ["hourSin", "hourCos"],
                    FoldDecay = 0.9f,
                    EventWeights = [],
                },
            }
        );
        using (no_grad())
        using (NewDisposeScope())
        {
            foreach (var parameter in network.parameters())
                parameter.add_(randn(parameter.shape) * 0.3);
        }

        network.eval();
        RankerExport.RoundItems(network);
        return network;
    }

    /// <summary>The first user's history is empty; others have repeats and padding.</summary>
    private static IEnumerable<long> RandomHistory(Random random, int user)
    {
        int length = user == 0 ? 0 : random.Next(1, History + 1);
        return Enumerable.Range(0, History).Select(i => i < length ? random.Next(Items / 5) : -1L);
    }

    private static float[] TorchScores(
        RankerNetwork network,
        ScoreCalibration calibration,
        float[] vectors,
        long[] history,
        long[] types,
        float[] ages,
        long[] items,
        float[] trends,
        float[] context,
        int users,
        int candidates
    )
    {
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            Tensor ordinals = tensor(items, [users, candidates]);
            Tensor logits = network.Logits(
                tensor(vectors, [users, Dimension]),
                new LessonBatch(
                    tensor(history, [users, History]),
                    zeros(users, History),
                    ordinals,
                    tensor(trends, [Items, ItemTrends.Columns])[ordinals],
                    zeros(users, candidates),
                    zeros(users, candidates),
                    tensor(context, [users, 2]),
                    tensor(types, [users, History]),
                    tensor(ages, [users, History])
                )
            );
            return sigmoid((logits * calibration.Slope) + calibration.Offset).data<float>().ToArray();
        }
    }
}
