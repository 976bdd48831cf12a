namespace RecOps.Training.Onnx;

/// <summary>The operators used by this project's models, as of opset 18. Shapes broadcast as in ONNX.</summary>
internal static class OnnxOperators
{
    public static OnnxValue Add(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Node("Add", [a, b]);

    public static OnnxValue Subtract(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Node("Sub", [a, b]);

    public static OnnxValue Multiply(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Node("Mul", [a, b]);

    public static OnnxValue Divide(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Node("Div", [a, b]);

    public static OnnxValue Max(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Node("Max", [a, b]);

    public static OnnxValue Min(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Node("Min", [a, b]);

    public static OnnxValue Modulo(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Node("Mod", [a, b]);

    public static OnnxValue MatMul(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Node("MatMul", [a, b]);

    /// <summary>a · bᵀ.</summary>
    public static OnnxValue MatMulTransposed(this OnnxGraph graph, OnnxValue a, OnnxValue b) =>
        graph.Node("Gemm", [a, b], OnnxAttribute.Int("transB", 1));

    public static OnnxValue Equal(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Node("Equal", [a, b]);

    public static OnnxValue Greater(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Node("Greater", [a, b]);

    public static OnnxValue GreaterOrEqual(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Node("GreaterOrEqual", [a, b]);

    public static OnnxValue Sqrt(this OnnxGraph graph, OnnxValue x) => graph.Node("Sqrt", [x]);

    public static OnnxValue Log(this OnnxGraph graph, OnnxValue x) => graph.Node("Log", [x]);

    public static OnnxValue Exp(this OnnxGraph graph, OnnxValue x) => graph.Node("Exp", [x]);

    public static OnnxValue Sigmoid(this OnnxGraph graph, OnnxValue x) => graph.Node("Sigmoid", [x]);

    public static OnnxValue Relu(this OnnxGraph graph, OnnxValue x) => graph.Node("Relu", [x]);

    /// <summary>Over the last axis.</summary>
    public static OnnxValue Softmax(this OnnxGraph graph, OnnxValue x) => graph.Node("Softmax", [x], OnnxAttribute.Int("axis", -1));

    public static OnnxValue Cast(this OnnxGraph graph, OnnxValue x, OnnxType to) =>
        graph.Node("Cast", [x], OnnxAttribute.Int("to", (long)to));

    /// <summary>To the nearest integer, halves to even.</summary>
    public static OnnxValue Round(this OnnxGraph graph, OnnxValue x) => graph.Node("Round", [x]);

    /// <summary>Product of 8-bit integers in 32-bit integers.</summary>
    public static OnnxValue MatMulInteger(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Node("MatMulInteger", [a, b]);

    /// <summary>Smallest value over the last axis, which stays with extent 1.</summary>
    public static OnnxValue RowMin(this OnnxGraph graph, OnnxValue x) =>
        graph.Node("ReduceMin", [x, graph.Constant<long>(new[] { -1L }, "axis", 1)]);

    /// <summary>Largest value over the last axis, which stays with extent 1.</summary>
    public static OnnxValue RowMax(this OnnxGraph graph, OnnxValue x) =>
        graph.Node("ReduceMax", [x, graph.Constant<long>(new[] { -1L }, "axis", 1)]);

    /// <summary>Rows of <paramref name="data"/> by index; the result has the shape of the indices, then that of a row.</summary>
    public static OnnxValue Gather(this OnnxGraph graph, OnnxValue data, OnnxValue indices, int axis = 0) =>
        graph.Node("Gather", [data, indices], OnnxAttribute.Int("axis", axis));

    public static OnnxValue Concat(this OnnxGraph graph, int axis, params OnnxValue[] values) =>
        graph.Node("Concat", values, OnnxAttribute.Int("axis", axis));

    public static OnnxValue Transpose(this OnnxGraph graph, OnnxValue x, params long[] permutation) =>
        graph.Node("Transpose", [x], OnnxAttribute.Ints("perm", permutation));

    public static OnnxValue Unsqueeze(this OnnxGraph graph, OnnxValue x, params long[] axes) =>
        graph.Node("Unsqueeze", [x, graph.Constant<long>(axes, "axes", axes.Length)]);

    public static OnnxValue Squeeze(this OnnxGraph graph, OnnxValue x, params long[] axes) =>
        graph.Node("Squeeze", [x, graph.Constant<long>(axes, "axes", axes.Length)]);

    /// <summary>Entries along an axis from start (inclusive) to end (exclusive).</summary>
    public static OnnxValue Slice(this OnnxGraph graph, OnnxValue x, long axis, long start, long end) =>
        graph.Node(
            "Slice",
            [
                x,
                graph.Constant<long>(new[] { start }, "start", 1),
                graph.Constant<long>(new[] { end }, "end", 1),
                graph.Constant<long>(new[] { axis }, "axis", 1),
            ]
        );

    /// <summary>Sum over one axis, which stays with extent 1 if <paramref name="keep"/>.</summary>
    public static OnnxValue ReduceSum(this OnnxGraph graph, OnnxValue x, long axis, bool keep) =>
        graph.Node("ReduceSum", [x, graph.Constant<long>(new[] { axis }, "axis", 1)], OnnxAttribute.Int("keepdims", keep ? 1 : 0));

    /// <summary>Largest value along one axis, which is removed.</summary>
    public static OnnxValue ReduceMax(this OnnxGraph graph, OnnxValue x, long axis) =>
        graph.Node("ReduceMax", [x, graph.Constant<long>(new[] { axis }, "axis", 1)], OnnxAttribute.Int("keepdims", 0));

    /// <summary>The k largest values along the last axis with their indices, largest first.</summary>
    /// <param name="k">[1] of 64-bit integers.</param>
    public static (OnnxValue Values, OnnxValue Places) TopK(this OnnxGraph graph, OnnxValue x, OnnxValue k)
    {
        OnnxValue[] outputs = graph.Nodes("TopK", [x, k], 2);
        return (outputs[0], outputs[1]);
    }

    /// <summary>
    /// For each row of both, the slices of that row of <paramref name="data"/> at the indices <paramref name="places"/> [b, k].
    /// </summary>
    public static OnnxValue GatherSlices(this OnnxGraph graph, OnnxValue data, OnnxValue places) =>
        graph.Node("GatherND", [data, graph.Unsqueeze(places, 2)], OnnxAttribute.Int("batch_dims", 1));

    /// <summary>For each row of both, the values of that row of <paramref name="data"/> at the indices <paramref name="places"/>.</summary>
    public static OnnxValue GatherElements(this OnnxGraph graph, OnnxValue data, OnnxValue places) =>
        graph.Node("GatherElements", [data, places], OnnxAttribute.Int("axis", 1));

    /// <summary>In the shape, 0 keeps the extent and -1 is inferred.</summary>
    public static OnnxValue Reshape(this OnnxGraph graph, OnnxValue x, params long[] shape) =>
        graph.Node("Reshape", [x, graph.Constant<long>(shape, "shape", shape.Length)]);

    /// <summary>Appends columns to a matrix.</summary>
    public static OnnxValue PadColumns(this OnnxGraph graph, OnnxValue x, long columns, float value) =>
        graph.Node("Pad", [x, graph.Constant<long>(new[] { 0, 0, 0, columns }, "pads", 4), graph.Scalar(value, "padding")]);
}
