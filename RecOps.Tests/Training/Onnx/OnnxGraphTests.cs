using RecOps.Training.Onnx;
using Xunit;

namespace RecOps.Tests.Training.Onnx;

public sealed class OnnxGraphTests
{
    [Fact]
    public void Save_ConstantsOfEveryType_AreReadBackByOnnxRuntime()
    {
        var graph = new OnnxGraph("types");
        OnnxValue x = graph.Input("x", OnnxType.Float, "n");
        OnnxValue sum = graph.Add(x, graph.Cast(graph.Constant<Half>(new[] { (Half)1, (Half)2, (Half)3 }, "half", 3), OnnxType.Float));
        sum = graph.Add(sum, graph.Cast(graph.Constant<long>(new long[] { 10, 20, 30 }, "long", 3), OnnxType.Float));
        sum = graph.Add(sum, graph.Cast(graph.Constant<int>(new[] { 100, 200, 300 }, "int", 3), OnnxType.Float));
        sum = graph.Add(sum, graph.Cast(graph.Constant<sbyte>(new sbyte[] { -1, -2, -3 }, "sbyte", 3), OnnxType.Float));
        sum = graph.Add(sum, graph.Cast(graph.Constant<byte>(new byte[] { 250, 251, 252 }, "byte", 3), OnnxType.Float));
        graph.Output("y", sum, OnnxType.Float, "n");

        using var model = new OnnxModel(graph);
        Assert.Equal([360.5f, 471.5f, 582.5f], model.Run(OnnxModel.Input("x", new[] { 0.5f, 0.5f, 0.5f }, 3)));
    }

    [Fact]
    public void Save_Operators_ComputeWhatTheirNamesSay()
    {
        var graph = new OnnxGraph("operators");
        OnnxValue x = graph.Input("x", OnnxType.Float, 2, 3);
        OnnxValue total = graph.ReduceSum(graph.Multiply(x, x), 1, keep: true);
        OnnxValue unit = graph.Divide(x, graph.Sqrt(total));
        OnnxValue turned = graph.Transpose(unit, 1, 0);
        OnnxValue picked = graph.Gather(turned, graph.Constant<long>(new long[] { 2, 0 }, "rows", 2));
        OnnxValue product = graph.MatMul(picked, graph.Constant<float>(new[] { 1f, -1f }, "weights", 2, 1));
        graph.Output("y", graph.Squeeze(graph.Max(product, graph.Scalar(-0.05f, "floor")), 1), OnnxType.Float, 2);

        using var model = new OnnxModel(graph);
        float[] actual = model.Run(OnnxModel.Input("x", new[] { 3f, 0f, 4f, 0f, 0f, 2f }, 2, 3));
        Assert.Equal(-0.05f, actual[0], 1e-6f);
        Assert.Equal(0.6f, actual[1], 1e-6f);
    }

    [Fact]
    public void Constant_ShapeThatDoesNotFit_IsRefusedWithItsName()
    {
        var error = Assert.Throws<ArgumentException>(() => new OnnxGraph("g").Constant<float>(new float[5], "table", 2, 3));
        Assert.Contains("table: 5 values for shape [2, 3]", error.Message, StringComparison.Ordinal);
    }
}
