using RecOps.Training.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Algebra;

/// <summary>Records each operation as nodes of an ONNX graph.</summary>
internal sealed class OnnxAlgebra(OnnxGraph graph) : IAlgebra<OnnxValue>
{
    private OnnxValue Zero => graph.Scalar(0L, "zero");

    public OnnxValue Learned(Tensor values, string label) => graph.Constant<float>(Values(values), label, values.shape);

    public OnnxValue Dense(Linear layer, OnnxValue x)
    {
        using (NewDisposeScope())
        {
            OnnxValue product = graph.MatMul(x, Learned(layer.weight.t(), "weights"));
            return layer.bias is { } bias ? graph.Add(product, Learned(bias, "bias")) : product;
        }
    }

    public OnnxValue Rows(OnnxValue table, OnnxValue ordinals) => graph.Gather(table, ordinals);

    public OnnxValue WithoutPads(OnnxValue ordinals) => graph.Max(ordinals, Zero);

    public OnnxValue IsPresent(OnnxValue ordinals) => graph.Cast(graph.GreaterOrEqual(ordinals, Zero), OnnxType.Float);

    public OnnxValue IsSame(OnnxValue candidates, OnnxValue history) =>
        graph.Cast(graph.Equal(Narrow(graph.Unsqueeze(candidates, 2)), Narrow(graph.Unsqueeze(history, 1))), OnnxType.Float);

    public OnnxValue IsPositive(OnnxValue x) => graph.Cast(graph.Greater(x, graph.Scalar(0f, "none")), OnnxType.Float);

    public OnnxValue Add(OnnxValue a, OnnxValue b) => graph.Add(a, b);

    public OnnxValue Subtract(OnnxValue a, OnnxValue b) => graph.Subtract(a, b);

    public OnnxValue Multiply(OnnxValue a, OnnxValue b) => graph.Multiply(a, b);

    public OnnxValue Divide(OnnxValue a, OnnxValue b) => graph.Divide(a, b);

    public OnnxValue Scale(OnnxValue x, float factor) => graph.Multiply(x, graph.Scalar(factor, "factor"));

    public OnnxValue Shift(OnnxValue x, float summand) => graph.Add(x, graph.Scalar(summand, "summand"));

    public OnnxValue MatMul(OnnxValue a, OnnxValue b) => graph.MatMul(a, b);

    public OnnxValue Transpose(OnnxValue x) => graph.Transpose(x, 0, 2, 1);

    public OnnxValue Concat(int axis, params ReadOnlySpan<OnnxValue> parts) => graph.Concat(axis, parts.ToArray());

    public OnnxValue Unsqueeze(OnnxValue x, int axis) => graph.Unsqueeze(x, axis);

    public OnnxValue Squeeze(OnnxValue x, int axis) => graph.Squeeze(x, axis);

    public OnnxValue Reshape(OnnxValue x, params ReadOnlySpan<long> shape) => graph.Reshape(x, shape.ToArray());

    public OnnxValue First(OnnxValue x, int axis, int count) => graph.Slice(x, axis, 0, count);

    public OnnxValue Column(OnnxValue x, int index) => graph.Slice(x, -1, index, index + 1);

    public OnnxValue Sum(OnnxValue x, int axis) => graph.ReduceSum(x, axis, keep: false);

    public OnnxValue Sigmoid(OnnxValue x) => graph.Sigmoid(x);

    public OnnxValue Relu(OnnxValue x) => graph.Relu(x);

    public OnnxValue Sqrt(OnnxValue x) => graph.Sqrt(x);

    public OnnxValue Exp(OnnxValue x) => graph.Exp(x);

    public OnnxValue Log1p(OnnxValue x) => graph.Log(graph.Add(x, graph.Scalar(1f, "one")));

    public OnnxValue Softmax(OnnxValue x) => graph.Softmax(x);

    public OnnxValue Dropout(OnnxValue x, double share) => x;

    private static float[] Values(Tensor values)
    {
        using (NewDisposeScope())
        using (no_grad())
        {
            return values.contiguous().data<float>().ToArray();
        }
    }

    /// <summary>Ordinals fit in 32 bits, and the processor compares twice as many of those at a time.</summary>
    private OnnxValue Narrow(OnnxValue ordinals) => graph.Cast(ordinals, OnnxType.Int32);
}
