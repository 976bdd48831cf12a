using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace RecOps.Training.Onnx;

/// <summary>
/// A protobuf message under construction, kept in pieces: a large tensor is not copied before it is written to the file.
/// Wire format: https://protobuf.dev/programming-guides/encoding/
/// </summary>
internal sealed class ProtoMessage
{
    private const int VarintType = 0;
    private const int LengthType = 2;
    private const int Fixed32Type = 5;
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private readonly ArrayBufferWriter<byte> _small = new(64);

    public long Length { get; private set; }

    public ProtoMessage Varint(int field, long value)
    {
        Tag(field, VarintType);
        WriteVarint((ulong)value);
        return this;
    }

    public ProtoMessage Float(int field, float value)
    {
        Tag(field, Fixed32Type);
        BinaryPrimitives.WriteSingleLittleEndian(_small.GetSpan(4), value);
        _small.Advance(4);
        Length += 4;
        return this;
    }

    public ProtoMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoMessage Bytes(int field, ReadOnlyMemory<byte> value)
    {
        Tag(field, LengthType);
        WriteVarint((ulong)value.Length);
        FlushSmall();
        _pieces.Add(value);
        Length += value.Length;
        return this;
    }

    public ProtoMessage Message(int field, ProtoMessage value)
    {
        Tag(field, LengthType);
        WriteVarint((ulong)value.Length);
        FlushSmall();
        value.FlushSmall();
        _pieces.AddRange(value._pieces);
        Length += value.Length;
        return this;
    }

    public void WriteTo(Stream stream)
    {
        FlushSmall();
        foreach (ReadOnlyMemory<byte> piece in _pieces)
            stream.Write(piece.Span);
    }

    private void Tag(int field, int type) => WriteVarint((ulong)((field << 3) | type));

    private void WriteVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            WriteByte((byte)(value | 0x80));
        WriteByte((byte)value);
    }

    private void WriteByte(byte value)
    {
        _small.GetSpan(1)[0] = value;
        _small.Advance(1);
        Length++;
    }

    private void FlushSmall()
    {
        if (_small.WrittenCount == 0)
            return;
        _pieces.Add(_small.WrittenSpan.ToArray());
        _small.ResetWrittenCount();
    }
}
