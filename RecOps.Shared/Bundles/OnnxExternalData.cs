using System.Text;

namespace RecOps.Shared.Bundles;

/// <summary>
/// Files beside an ONNX model that hold its tensors. ONNX Runtime maps them when it opens the model, wherever the model says they
/// are, so checking a model has to include them. Only the fields that lead to tensors are read, in the Protocol Buffers wire format.
/// Format: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
/// </summary>
public static class OnnxExternalData
{
    private const int DeepestNesting = 100;
    private const int VarintType = 0;
    private const int Fixed64Type = 1;
    private const int LengthType = 2;
    private const int Fixed32Type = 5;

    /// <summary>A message of onnx.proto, as far as it contains tensors.</summary>
    private enum Message
    {
        Model,
        Graph,
        Node,
        Attribute,
        Function,
        Training,
        SparseTensor,
        Tensor,
        Entry,
    }

    /// <summary>Locations that the model names, relative to its own directory; each once.</summary>
    /// <param name="path">An ONNX file.</param>
    /// <exception cref="InvalidDataException">It is not an ONNX file.</exception>
    public static unsafe IReadOnlyCollection<string> LocationsIn(string path)
    {
        if (new FileInfo(path).Length is 0 or > int.MaxValue)
            throw new InvalidDataException("it is empty or larger than 2 GB.");
        using FileMemory memory = FileMemory.Map(path);
        var locations = new SortedSet<string>(StringComparer.Ordinal);
        Walk(new ReadOnlySpan<byte>(memory.Start, (int)memory.Length), Message.Model, locations, DeepestNesting);
        return locations;
    }

    private static void Walk(ReadOnlySpan<byte> bytes, Message message, SortedSet<string> locations, int depth)
    {
        if (depth == 0)
            throw new InvalidDataException("its graphs are nested too deeply.");
        (string key, string value) = ("", "");
        while (!bytes.IsEmpty)
        {
            ulong tag = TakeVarint(ref bytes);
            int field = (int)(tag >> 3);
            switch ((int)(tag & 7))
            {
                case VarintType:
                    TakeVarint(ref bytes);
                    break;
                case Fixed64Type:
                    Take(ref bytes, 8);
                    break;
                case Fixed32Type:
                    Take(ref bytes, 4);
                    break;
                case LengthType:
                    ReadOnlySpan<byte> content = Take(ref bytes, TakeVarint(ref bytes));
                    if (message == Message.Entry && field == 1)
                        key = Encoding.UTF8.GetString(content);
                    else if (message == Message.Entry && field == 2)
                        value = Encoding.UTF8.GetString(content);
                    else if (Inside(message, field) is { } inner)
                        Walk(content, inner, locations, depth - 1);
                    break;
                default:
                    throw new InvalidDataException("it is not an ONNX model.");
            }
        }

        if (message == Message.Entry && key == "location")
            locations.Add(value);
    }

    /// <returns>The message type of a field; null when it contains no tensors.</returns>
    private static Message? Inside(Message message, int field) =>
        (message, field) switch
        {
            (Message.Model, 7) => Message.Graph,
            (Message.Model, 20) => Message.Training,
            (Message.Model, 25) => Message.Function,
            (Message.Training, 1 or 2) => Message.Graph,
            (Message.Graph, 1) => Message.Node,
            (Message.Graph, 5) => Message.Tensor,
            (Message.Graph, 15) => Message.SparseTensor,
            (Message.Function, 7) => Message.Node,
            (Message.Function, 11) => Message.Attribute,
            (Message.Node, 5) => Message.Attribute,
            (Message.Attribute, 5 or 10) => Message.Tensor,
            (Message.Attribute, 6 or 11) => Message.Graph,
            (Message.Attribute, 22 or 23) => Message.SparseTensor,
            (Message.SparseTensor, 1 or 2) => Message.Tensor,
            (Message.Tensor, 13) => Message.Entry,
            _ => null,
        };

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, ulong count)
    {
        if (count > (ulong)bytes.Length)
            throw new InvalidDataException("it is truncated or not an ONNX model.");
        ReadOnlySpan<byte> taken = bytes[..(int)count];
        bytes = bytes[(int)count..];
        return taken;
    }

    private static ulong TakeVarint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Take(ref bytes, 1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw new InvalidDataException("it is not an ONNX model.");
    }
}
