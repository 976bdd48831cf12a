using RecOps.Shared.Bundles;
using RecOps.Training.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models;

/// <summary>
/// Writes a learned <see cref="RankerNetwork"/> as ONNX, operator by operator in the order of <see cref="RankerNetwork.Logits"/>.
/// Item vectors travel as f16, which they are rounded to before; everything else is f32.
/// </summary>
internal static class RankerExport
{
    private const float Epsilon = 1e-12f;

    /// <summary>Rounds the item vectors to what the exported model will hold, in place.</summary>
    public static void RoundItems(RankerNetwork network)
    {
        using (no_grad())
        using (NewDisposeScope())
        {
            network.Items.copy_(network.Items.to(float16).to(float32));
        }
    }

    /// <summary>[items, d]: the item vectors at length 1, for retrieval and for folding users.</summary>
    public static Half[] UnitItems(RankerNetwork network)
    {
        using (no_grad())
        using (NewDisposeScope())
        {
            return [.. RankerNetwork.Normalise(network.Items).to(float16).data<Half>()];
        }
    }

    /// <param name="network">After <see cref="RoundItems"/>.</param>
    /// <param name="trends">[items, <see cref="ItemTrends.Columns"/>]: the moment that the model will live in.</param>
    /// <param name="calibration">Turns raw scores into probabilities.</param>
    /// <param name="path">Overwritten when it exists.</param>
    public static void Save(RankerNetwork network, ReadOnlySpan<float> trends, ScoreCalibration calibration, string path)
    {
        RankerShape shape = network.Shape;
        using (NewDisposeScope())
        using (no_grad())
        {
            var graph = new OnnxGraph("recops-student");
            var signature = new RankerSignature();
            OnnxValue user = graph.Input(signature.User, OnnxType.Float, "b", shape.Dimension);
            OnnxValue history = graph.Input(signature.History, OnnxType.Int64, "b", shape.History);
            OnnxValue candidates = graph.Input(signature.Candidates, OnnxType.Int64, "b", "k");
            OnnxValue context = graph.Input(signature.Context, OnnxType.Float, "b", shape.Features.Context.Length);

            OnnxValue table = graph.Constant<Half>(
                network.Items.to(float16).data<Half>().ToArray(), "items", shape.Items, shape.Dimension);
            OnnxValue trendTable = graph.Constant<float>(trends.ToArray(), "trends", shape.Items, ItemTrends.Columns);

            OnnxValue present = graph.Cast(graph.GreaterOrEqual(history, graph.Scalar(0L, "zero")), OnnxType.Float);
            OnnxValue past = Rows(graph, table, graph.Max(history, graph.Scalar(0L, "zero")));
            past = graph.Multiply(past, graph.Unsqueeze(present, 2));
            OnnxValue items = Rows(graph, table, candidates);

            Tensor interest = network.InterestWeights;
            OnnxValue pooled = graph.MatMul(Matrix(graph, interest.t(), "interestWeights"), past);
            OnnxValue strength = graph.MatMul(present, Matrix(graph, interest * interest, "interestSquares"));
            strength = graph.Sqrt(graph.Add(strength, graph.Scalar(Epsilon, "epsilon")));
            OnnxValue interests = graph.Divide(pooled, graph.Unsqueeze(strength, 2));
            OnnxValue likeness = graph.MatMul(items, graph.Transpose(interests, 0, 2, 1));
            OnnxValue nearness = graph.MatMul(Normalise(graph, items), graph.Unsqueeze(Normalise(graph, user), 2));

            OnnxValue same = graph.Equal(graph.Unsqueeze(candidates, 2), graph.Unsqueeze(history, 1));
            OnnxValue counts = graph.MatMul(graph.Cast(same, OnnxType.Float), Matrix(graph, network.RepeatWeights, "repeatWeights"));
            OnnxValue repeats = graph.Multiply(Log1p(graph, counts), graph.Scalar(2f, "repeatScale"));
            OnnxValue all = graph.Gather(repeats, graph.Constant<long>(new long[] { shape.RepeatScales.Count - 1 }, "all", 1), axis: 2);
            OnnxValue known = graph.Cast(graph.Greater(all, graph.Scalar(0f, "none")), OnnxType.Float);
            OnnxValue trend = graph.Gather(trendTable, candidates);

            OnnxValue length = graph.Divide(Log1p(graph, graph.ReduceSum(present, 1, keep: true)), graph.Scalar(3f, "lengthScale"));
            OnnxValue request = graph.MatMul(graph.Concat(1, length, context), Weights(graph, network.RequestLayer, "requestWeights"));
            OnnxValue columns = graph.Concat(2, likeness, nearness, repeats, known, trend);
            OnnxValue first = Silu(graph, graph.Add(Affine(graph, columns, network.CandidateLayer, "candidate"), graph.Unsqueeze(request, 1)));
            OnnxValue second = graph.Add(Silu(graph, Affine(graph, first, network.HiddenLayer, "hidden")), first);
            OnnxValue logit = graph.Squeeze(Affine(graph, second, network.Output, "output"), 2);
            OnnxValue calibrated = graph.Add(
                graph.Multiply(logit, graph.Scalar(calibration.Slope, "slope")), graph.Scalar(calibration.Offset, "offset"));
            graph.Output(signature.Score, graph.Sigmoid(calibrated), OnnxType.Float, "b", "k");
            graph.Save(path);
        }
    }

    private static OnnxValue Rows(OnnxGraph graph, OnnxValue table, OnnxValue ordinals) =>
        graph.Cast(graph.Gather(table, ordinals), OnnxType.Float);

    private static OnnxValue Normalise(OnnxGraph graph, OnnxValue vectors)
    {
        OnnxValue squares = graph.ReduceSum(graph.Multiply(vectors, vectors), -1, keep: true);
        return graph.Divide(vectors, graph.Sqrt(graph.Add(squares, graph.Scalar(Epsilon, "epsilon"))));
    }

    private static OnnxValue Log1p(OnnxGraph graph, OnnxValue x) => graph.Log(graph.Add(x, graph.Scalar(1f, "one")));

    private static OnnxValue Silu(OnnxGraph graph, OnnxValue x) => graph.Multiply(x, graph.Sigmoid(x));

    private static OnnxValue Affine(OnnxGraph graph, OnnxValue x, Linear layer, string label) =>
        graph.Add(graph.MatMul(x, Weights(graph, layer, label + "Weights")), Matrix(graph, layer.bias!, label + "Bias"));

    private static OnnxValue Weights(OnnxGraph graph, Linear layer, string label) => Matrix(graph, layer.weight.t(), label);

    private static OnnxValue Matrix(OnnxGraph graph, Tensor values, string label) =>
        graph.Constant<float>(values.contiguous().data<float>().ToArray(), label, values.shape);
}
