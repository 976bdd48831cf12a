using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RecOps.Training.Onnx;

/// <summary>
/// Builds an ONNX model node by node and writes it as protobuf. <see cref="OnnxOperators"/> adds one method for each operator.
/// Format: https://onnx.ai/onnx/repo-docs/IR.html; field numbers are those of onnx.proto.
/// </summary>
internal sealed class OnnxGraph(string name)
{
    /// <summary>The operator set the methods of <see cref="OnnxOperators"/> follow.</summary>
    public const int Opset = 18;

    private const int IrVersion = 8;
    private const int ExternalLocation = 1;
    private readonly List<ProtoMessage> _nodes = [];
    private readonly List<ProtoMessage> _initializers = [];
    private readonly List<ProtoMessage> _inputs = [];
    private readonly List<ProtoMessage> _outputs = [];
    private int _next;

    public OnnxValue Input(string inputName, OnnxType type, params OnnxDimension[] shape)
    {
        _inputs.Add(ValueInfo(inputName, type, shape));
        return new OnnxValue(inputName);
    }

    /// <summary>Declares an output and gives it its public name.</summary>
    public void Output(string outputName, OnnxValue value, OnnxType type, params OnnxDimension[] shape)
    {
        _nodes.Add(NodeProto("Identity", [value.Name], [outputName], []));
        _outputs.Add(ValueInfo(outputName, type, shape));
    }

    /// <summary>A constant stored in the model.</summary>
    /// <param name="values">Row-major; kept by reference until <see cref="Save"/>.</param>
    /// <param name="label">Shown in model viewers.</param>
    /// <param name="shape">Its extents; empty for a scalar.</param>
    public OnnxValue Constant<T>(Memory<T> values, string label, params long[] shape)
        where T : unmanaged
    {
        if (ElementsOf(shape) != values.Length)
            throw new ArgumentException($"{label}: {values.Length} values for shape [{string.Join(", ", shape)}].", nameof(shape));
        OnnxValue value = NewValue(label);
        _initializers.Add(TensorProto<T>(value, shape).Bytes(9, new RawBytes<T>(values).Memory));
        return value;
    }

    /// <summary>A constant that callers may override: an ONNX input with an initializer of the same name.</summary>
    /// <param name="constantName">Its public name.</param>
    public OnnxValue Default<T>(string constantName, Memory<T> values, params long[] shape)
        where T : unmanaged
    {
        if (ElementsOf(shape) != values.Length)
            throw new ArgumentException($"{constantName}: {values.Length} values for shape [{string.Join(", ", shape)}].", nameof(shape));
        OnnxValue value = Input(constantName, TypeOf<T>(), [.. shape.Select(extent => (OnnxDimension)extent)]);
        _initializers.Add(TensorProto<T>(value, shape).Bytes(9, new RawBytes<T>(values).Memory));
        return value;
    }

    /// <summary>A constant that stays in another file, little-endian and row-major.</summary>
    /// <param name="file">Its path relative to the model's directory.</param>
    /// <param name="offset">Byte offset of the values in the file.</param>
    /// <param name="label">Shown in model viewers.</param>
    /// <param name="shape">Its extents.</param>
    public OnnxValue External<T>(string file, long offset, string label, params long[] shape)
        where T : unmanaged
    {
        OnnxValue value = NewValue(label);
        _initializers.Add(
            TensorProto<T>(value, shape)
                .Message(13, Entry("location", file))
                .Message(13, Entry("offset", offset.ToString(CultureInfo.InvariantCulture)))
                .Message(13, Entry("length", checked(ElementsOf(shape) * Unsafe.SizeOf<T>()).ToString(CultureInfo.InvariantCulture)))
                .Varint(14, ExternalLocation)
        );
        return value;
    }

    public OnnxValue Scalar<T>(T value, string label)
        where T : unmanaged => Constant<T>(new[] { value }, label);

    /// <summary>Adds a node with one output.</summary>
    public OnnxValue Node(string operation, OnnxValue[] inputs, params OnnxAttribute[] attributes) =>
        Nodes(operation, inputs, 1, attributes)[0];

    /// <summary>Adds a node with several outputs.</summary>
    public OnnxValue[] Nodes(string operation, OnnxValue[] inputs, int outputs, params OnnxAttribute[] attributes)
    {
        OnnxValue[] values = [.. Enumerable.Range(0, outputs).Select(_ => NewValue(operation))];
        _nodes.Add(NodeProto(operation, [.. inputs.Select(i => i.Name)], [.. values.Select(v => v.Name)], attributes));
        return values;
    }

    /// <param name="path">Overwritten when it exists.</param>
    /// <exception cref="InvalidOperationException">The model exceeds protobuf's limit of 2 GB.</exception>
    public void Save(string path)
    {
        var graph = new ProtoMessage();
        foreach (ProtoMessage node in _nodes)
            graph.Message(1, node);
        graph.Text(2, name);
        foreach (ProtoMessage initializer in _initializers)
            graph.Message(5, initializer);
        foreach (ProtoMessage input in _inputs)
            graph.Message(11, input);
        foreach (ProtoMessage output in _outputs)
            graph.Message(12, output);
        ProtoMessage model = new ProtoMessage()
            .Varint(1, IrVersion)
            .Text(2, "RecOps.Training")
            .Message(7, graph)
            .Message(8, new ProtoMessage().Text(1, "").Varint(2, Opset));
        if (model.Length > int.MaxValue)
            throw new InvalidOperationException(
                $"The model has {model.Length:N0} bytes, but an ONNX file holds at most {int.MaxValue:N0}."
            );
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        model.WriteTo(stream);
    }

    private static OnnxType TypeOf<T>() =>
        default(T) switch
        {
            float => OnnxType.Float,
            Half => OnnxType.Float16,
            long => OnnxType.Int64,
            int => OnnxType.Int32,
            sbyte => OnnxType.Int8,
            byte => OnnxType.UInt8,
            bool => OnnxType.Bool,
            _ => throw new NotSupportedException($"{typeof(T)} has no ONNX type here."),
        };

    private static long ElementsOf(long[] shape) => shape.Aggregate(1L, (product, extent) => checked(product * extent));

    private static ProtoMessage TensorProto<T>(OnnxValue value, long[] shape)
        where T : unmanaged
    {
        var tensor = new ProtoMessage();
        foreach (long extent in shape)
            tensor.Varint(1, extent);
        return tensor.Varint(2, (long)TypeOf<T>()).Text(8, value.Name);
    }

    private static ProtoMessage Entry(string key, string value) => new ProtoMessage().Text(1, key).Text(2, value);

    private static ProtoMessage NodeProto(string operation, string[] inputs, string[] outputs, OnnxAttribute[] attributes)
    {
        var node = new ProtoMessage();
        foreach (string input in inputs)
            node.Text(1, input);
        foreach (string output in outputs)
            node.Text(2, output);
        node.Text(3, outputs[0]).Text(4, operation);
        foreach (OnnxAttribute attribute in attributes)
            node.Message(5, attribute.ToProto());
        return node;
    }

    private static ProtoMessage ValueInfo(string valueName, OnnxType type, OnnxDimension[] shape)
    {
        var dimensions = new ProtoMessage();
        foreach (OnnxDimension dimension in shape)
        {
            dimensions.Message(
                1,
                dimension.Name is { } symbol ? new ProtoMessage().Text(2, symbol) : new ProtoMessage().Varint(1, dimension.Size)
            );
        }

        ProtoMessage tensor = new ProtoMessage().Varint(1, (long)type).Message(2, dimensions);
        return new ProtoMessage().Text(1, valueName).Message(2, new ProtoMessage().Message(1, tensor));
    }

    private OnnxValue NewValue(string label) => new($"{label}_{_next++}");

    /// <summary>
    /// Typed memory viewed as bytes, without a copy. ONNX's raw data is little-endian, as is every platform supported here.
    /// </summary>
    private sealed class RawBytes<T>(Memory<T> values) : MemoryManager<byte>
        where T : unmanaged
    {
        public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(values.Span);

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        protected override void Dispose(bool disposing) { }
    }
}
