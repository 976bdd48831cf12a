namespace RecOps.Training.Onnx;

/// <summary>Element types, with the numbers of ONNX's TensorProto.DataType.</summary>
internal enum OnnxType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
    Float16 = 10,
}

/// <summary>One extent of a shape: a number, or a name if it is only known at run time.</summary>
internal readonly record struct OnnxDimension(long Size, string? Name)
{
    public static implicit operator OnnxDimension(long size) => new(size, null);

    public static implicit operator OnnxDimension(string name) => new(0, name);
}

/// <summary>An edge of the graph.</summary>
internal readonly record struct OnnxValue(string Name);

/// <summary>A node's attribute.</summary>
internal abstract record OnnxAttribute(string Name)
{
    public static OnnxAttribute Int(string name, long value) => new IntAttribute(name, value);

    public static OnnxAttribute Float(string name, float value) => new FloatAttribute(name, value);

    public static OnnxAttribute Ints(string name, params long[] values) => new IntsAttribute(name, values);

    /// <summary>The AttributeProto message.</summary>
    public abstract ProtoMessage ToProto();

    private sealed record IntAttribute(string Name, long Value) : OnnxAttribute(Name)
    {
        public override ProtoMessage ToProto() => new ProtoMessage().Text(1, Name).Varint(3, Value).Varint(20, 2);
    }

    private sealed record FloatAttribute(string Name, float Value) : OnnxAttribute(Name)
    {
        public override ProtoMessage ToProto() => new ProtoMessage().Text(1, Name).Float(2, Value).Varint(20, 1);
    }

    private sealed record IntsAttribute(string Name, long[] Values) : OnnxAttribute(Name)
    {
        public override ProtoMessage ToProto()
        {
            ProtoMessage message = new ProtoMessage().Text(1, Name);
            foreach (long value in Values)
                message.Varint(8, value);
            return message.Varint(20, 7);
        }
    }
}
