using System.Buffers;
using System.Runtime.InteropServices;
using RecOps.Shared.Bundles;
using RecOps.Training.Models;

namespace RecOps.Training.Synth;

/// <summary>
/// An untrained ranker for synthetic bundles that test scale. It uses the student's network, so it costs as much as a trained one. Its
/// weights are chosen so that similarity, repeat purchase and popularity count, in that order.
/// </summary>
internal static class SynthRanker
{
    // So far above zero that the activation is practically linear and passes the sum of the features on.
    private const float Lift = 6f;
    private const float Noise = 0.02f;

    /// <param name="path">Overwritten when it exists.</param>
    /// <param name="embeddings">[items, d]; mapped memory is read as the file is written.</param>
    /// <param name="popularity">[items], above 0.</param>
    public static void Save(
        string path,
        MappedTensor<Half> embeddings,
        float[] popularity,
        int history,
        FeatureSpec features,
        RankerPrecision precision,
        int seed
    )
    {
        var shape = new RankerShape
        {
            Items = embeddings.Rows,
            Dimension = embeddings.Columns,
            History = history,
            Features = features,
        };
        var trends = new float[popularity.Length * ItemTrends.Columns];
        for (int item = 0; item < popularity.Length; item++)
            trends[item * ItemTrends.Columns] = MathF.Log(popularity[item]);
        using var items = new MappedMemory(embeddings);
        RankerGraph.Save(shape, Weights(shape, seed), items.Memory, trends, precision, path);
    }

    private static RankerWeights Weights(RankerShape shape, int seed)
    {
        var random = new SynthRandom(seed, SynthStream.Ranker, 0);
        int interests = shape.InterestScales.Count;
        int repeats = shape.RepeatScales.Count;
        DenseLayer candidate = Layer(shape.CandidateColumns, shape.Hidden, ref random);
        for (int i = 0; i < interests; i++)
            candidate.Weights[i * shape.Hidden] = 0.3f;
        candidate.Weights[interests * shape.Hidden] = 3f;
        for (int i = 0; i < repeats; i++)
            candidate.Weights[(interests + 1 + i) * shape.Hidden] = 0.2f;
        candidate.Weights[(interests + repeats + 2) * shape.Hidden] = 0.25f;
        candidate.Bias![0] = Lift;
        DenseLayer output = Layer(shape.Hidden, 1, ref random);
        output.Weights[0] = 1;
        return new RankerWeights(
            Fading(shape.History, shape.InterestScales),
            Fading(shape.History, shape.RepeatScales),
            candidate,
            Layer(shape.RequestColumns, shape.Hidden, ref random) with
            {
                Bias = null,
            },
            Layer(shape.Hidden, shape.Hidden, ref random),
            output,
            new ScoreCalibration(0.5f, -0.5f * Lift)
        );
    }

    private static DenseLayer Layer(int inputs, int outputs, ref SynthRandom random)
    {
        var weights = new float[inputs * outputs];
        for (int i = 0; i < weights.Length; i++)
            weights[i] = (float)(Noise * random.NextGaussian());
        return new DenseLayer(inputs, outputs, weights, new float[outputs]);
    }

    private static float[] Fading(int history, IReadOnlyList<double> scales)
    {
        var weights = new float[history * scales.Count];
        for (int i = 0; i < weights.Length; i++)
            weights[i] = (float)Math.Exp(-(i / scales.Count) / scales[i % scales.Count]);
        return weights;
    }

    /// <summary>A mapped tensor as memory, without a copy; read-only.</summary>
    private sealed class MappedMemory(MappedTensor<Half> tensor) : MemoryManager<Half>
    {
        public override Span<Half> GetSpan()
        {
            ReadOnlySpan<Half> all = tensor.RowRange(0, tensor.Rows);
            return MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(all), all.Length);
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        protected override void Dispose(bool disposing) { }
    }
}
