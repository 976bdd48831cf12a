using System.Buffers;
using System.Runtime.InteropServices;
using RecOps.Shared.Bundles;
using RecOps.Training.Onnx;

namespace RecOps.Tests.Training.Evaluation;

/// <summary>A ranker whose scores a test can compute by hand: σ(similarity + repeat purchase + popularity + context).</summary>
internal static class PlainRanker
{
    public const float SimilarityWeight = 3f;
    public const float RepeatWeight = 1.5f;
    public const float PopularityWeight = 0.25f;
    public const float Bias = -1.5f;

    /// <summary>Weight of a purchase this many entries back in the history.</summary>
    public static float Recency(int position) => 1f / (1 + (0.1f * position));

    /// <summary>Weight of a context column.</summary>
    public static float ContextWeight(int column) => 0.05f * ((column % 3) - 1);

    /// <param name="path">Overwritten when it exists.</param>
    /// <param name="embeddings">[items, d]; mapped memory is read as the file is written.</param>
    /// <param name="popularity">[items], above 0.</param>
    public static void Save(string path, MappedTensor<Half> embeddings, float[] popularity, int history, int context)
    {
        int items = embeddings.Rows;
        int dimension = embeddings.Columns;
        var graph = new OnnxGraph("plain-ranker");
        var signature = new RankerSignature();
        OnnxValue user = graph.Input(signature.User, OnnxType.Float, "b", dimension);
        OnnxValue past = graph.Input(signature.History, OnnxType.Int64, "b", history);
        OnnxValue candidates = graph.Input(signature.Candidates, OnnxType.Int64, "b", "k");
        OnnxValue now = graph.Input(signature.Context, OnnxType.Float, "b", context);

        using var mapped = new MappedMemory(embeddings);
        OnnxValue table = graph.Constant(mapped.Memory, "items", items, dimension);
        OnnxValue vectors = graph.Cast(graph.Gather(table, candidates), OnnxType.Float);
        OnnxValue similarity = graph.Squeeze(graph.MatMul(vectors, graph.Unsqueeze(user, 2)), 2);

        OnnxValue matches = graph.Cast(graph.Equal(graph.Unsqueeze(candidates, 2), graph.Unsqueeze(past, 1)), OnnxType.Float);
        float[] recency = [.. Enumerable.Range(0, history).Select(Recency)];
        OnnxValue repeat = graph.Squeeze(graph.MatMul(matches, graph.Constant<float>(recency, "recency", history, 1)), 2);

        float[] logPopularity = [.. popularity.Select(value => MathF.Log(value) * PopularityWeight)];
        OnnxValue popular = graph.Gather(graph.Constant<float>(logPopularity, "popularity", items), candidates);

        float[] contextWeights = [.. Enumerable.Range(0, context).Select(ContextWeight)];
        OnnxValue situation = graph.MatMul(now, graph.Constant<float>(contextWeights, "contextWeights", context, 1));

        OnnxValue sum = graph.Multiply(similarity, graph.Scalar(SimilarityWeight, "similarityWeight"));
        sum = graph.Add(sum, graph.Multiply(repeat, graph.Scalar(RepeatWeight, "repeatWeight")));
        sum = graph.Add(graph.Add(sum, popular), graph.Add(situation, graph.Scalar(Bias, "bias")));
        graph.Output(signature.Score, graph.Sigmoid(sum), OnnxType.Float, "b", "k");
        graph.Save(path);
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
