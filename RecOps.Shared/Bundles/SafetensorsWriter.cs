using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace RecOps.Shared.Bundles;

/// <summary>
/// Writes a safetensors file: tensors are declared first, then streamed in the same order, so none has to be in memory as a whole.
/// </summary>
public sealed class SafetensorsWriter : IDisposable
{
    // The data starts on a cache line, and every tensor does when its predecessors' sizes allow; readers rely on element alignment only.
    private const int HeaderAlignment = 64;
    private readonly FileStream _stream;
    private readonly Declaration[] _declarations;
    private int _current;
    private long _written;

    /// <param name="path">Overwritten when it exists.</param>
    /// <param name="declarations">In the order they will be written; wider element types first keep all of them aligned.</param>
    public SafetensorsWriter(string path, params Declaration[] declarations)
    {
        _declarations = declarations;
        _stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        WriteHeader();
    }

    /// <summary>Appends elements of the next declared tensor; may be called many times for one tensor.</summary>
    public void Write<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (values.IsEmpty)
            return;
        while (_current < _declarations.Length && _written == _declarations[_current].Bytes)
        {
            _current++;
            _written = 0;
        }

        if (_current == _declarations.Length)
            throw new InvalidOperationException("Every declared tensor is already complete.");
        Declaration declaration = _declarations[_current];
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        if (declaration.Type != SafetensorsType.NameOf<T>() || _written + bytes.Length > declaration.Bytes)
        {
            throw new InvalidOperationException(
                $"Tensor '{declaration.Name}' is {declaration.Type} with {declaration.Bytes - _written} bytes to go; got {bytes.Length} "
                    + $"bytes of {typeof(T).Name}."
            );
        }

        _stream.Write(bytes);
        _written += bytes.Length;
    }

    /// <summary>Flushes to disk. A file that is not completed is not a valid one.</summary>
    public void Complete()
    {
        bool last =
            _current == _declarations.Length
            || (_written == _declarations[_current].Bytes && _declarations.Skip(_current + 1).All(d => d.Bytes == 0));
        if (!last)
            throw new InvalidOperationException($"Tensor '{_declarations[_current].Name}' is not complete.");
        _stream.Flush(flushToDisk: true);
    }

    public void Dispose() => _stream.Dispose();

    private void WriteHeader()
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            long offset = 0;
            foreach (Declaration declaration in _declarations)
            {
                json.WriteStartObject(declaration.Name);
                json.WriteString("dtype", declaration.Type);
                json.WriteStartArray("shape");
                foreach (int extent in declaration.Shape)
                    json.WriteNumberValue(extent);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += declaration.Bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while ((header.Length + 8) % HeaderAlignment != 0)
            header.WriteByte((byte)' ');
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        _stream.Write(length);
        header.WriteTo(_stream);
    }

    /// <summary>Name, type and shape of a tensor to come.</summary>
    public sealed record Declaration(string Name, string Type, int[] Shape)
    {
        public long Bytes => Shape.Aggregate((long)SafetensorsType.SizeOf(Type)!.Value, (product, extent) => checked(product * extent));

        public static Declaration Of<T>(string name, params int[] shape)
            where T : unmanaged => new(name, SafetensorsType.NameOf<T>(), shape);
    }
}
