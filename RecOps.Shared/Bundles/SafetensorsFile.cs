using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace RecOps.Shared.Bundles;

/// <summary>
/// A safetensors file: an 8-byte little-endian header length, a JSON header, then the raw tensors. When mapped into memory, opening
/// reads only the header, and the page cache reads the tensors when they are touched.
/// Format: https://github.com/huggingface/safetensors#format
/// </summary>
public sealed unsafe class SafetensorsFile : IDisposable
{
    /// <summary>As many as the reference library accepts.</summary>
    private const int MaxHeaderBytes = 100_000_000;

    private const int CacheLine = 64;
    private readonly FileMemory _memory;
    private readonly byte* _start;
    private readonly List<nint> _aligned = [];
    private readonly string _name;
    private readonly Dictionary<string, Entry> _entries;

    private SafetensorsFile(FileMemory memory, string name, Dictionary<string, Entry> entries)
    {
        _memory = memory;
        _start = memory.Start;
        _name = name;
        _entries = entries;
    }

    /// <summary>Names of the tensors in the file.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>
    /// Maps a file that must not change while it is open: reading mapped memory of a truncated file crashes the process.
    /// </summary>
    /// <exception cref="BundleException">The file is missing, truncated or not a safetensors file.</exception>
    public static SafetensorsFile Open(string path) => Open(path, FileMemory.Map);

    /// <summary>Reads a file into memory, so that it may be changed or deleted afterwards.</summary>
    /// <exception cref="BundleException">The file is missing, truncated or not a safetensors file.</exception>
    public static SafetensorsFile Read(string path) => Open(path, FileMemory.Read);

    public bool Contains(string tensor) => _entries.ContainsKey(tensor);

    /// <summary>The first dimension of a tensor whose size is not in the manifest.</summary>
    /// <exception cref="BundleException">It is missing, or has no row.</exception>
    public int RowsOf(string tensor)
    {
        Entry entry = Find(tensor);
        if (entry.Shape is not [> 0 and <= int.MaxValue - 1, ..])
            throw new BundleException(
                $"{_name}: tensor '{tensor}' has shape [{string.Join(", ", entry.Shape)}]; it needs at least one row."
            );
        return (int)entry.Shape[0];
    }

    /// <summary>Offset in the file at which a tensor begins.</summary>
    /// <exception cref="BundleException">The tensor is missing.</exception>
    public long OffsetOf(string tensor) => Find(tensor).Begin;

    /// <summary>A tensor of the file, checked against the shape it must have.</summary>
    /// <param name="tensor">Its name.</param>
    /// <param name="shape">Rows and, for a matrix, columns.</param>
    /// <exception cref="BundleException">It is missing, or has another type or shape.</exception>
    public MappedTensor<T> Get<T>(string tensor, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        Entry entry = Find(tensor);
        string type = SafetensorsType.NameOf<T>();
        if (entry.Type != type)
            throw new BundleException($"{_name}: tensor '{tensor}' is {entry.Type}; expected {type}.");
        bool same = entry.Shape.Length == shape.Length;
        for (int i = 0; same && i < shape.Length; i++)
            same = entry.Shape[i] == shape[i];
        if (!same)
        {
            throw new BundleException(
                $"{_name}: tensor '{tensor}' has shape [{string.Join(", ", entry.Shape)}]; expected [{string.Join(", ", shape.ToArray())}]."
            );
        }

        byte* data = _start + entry.Begin;

        // The format allows it, but processors cannot compute with it.
        if ((nuint)data % (nuint)sizeof(T) != 0)
            data = Align(data, entry.Bytes);
        return new MappedTensor<T>((T*)data, shape[0], shape.Length > 1 ? shape[1] : 1);
    }

    internal long Bytes => _memory.Length;

    /// <summary>Bytes of the file from an offset on, up to a maximum length.</summary>
    internal ReadOnlySpan<byte> Piece(long from, int most) => new(_start + from, (int)Math.Min(most, _memory.Length - from));

    public void Dispose()
    {
        foreach (nint copy in _aligned)
            NativeMemory.AlignedFree((void*)copy);
        _aligned.Clear();
        _memory.Dispose();
    }

    private static SafetensorsFile Open(string path, Func<string, FileMemory> open)
    {
        string name = Path.GetFileName(path);
        long length = File.Exists(path) ? new FileInfo(path).Length : throw new BundleException($"{name}: the file is missing.");
        if (length < 10)
            throw new BundleException($"{name}: {length} bytes are too few for a safetensors file.");
        FileMemory memory = open(path);
        try
        {
            ulong headerLength = *(ulong*)memory.Start;
            if (headerLength > MaxHeaderBytes || (long)headerLength + 8 > memory.Length)
                throw new BundleException($"{name}: the header claims {headerLength} bytes; the file is truncated or not safetensors.");
            var header = new ReadOnlySpan<byte>(memory.Start + 8, (int)headerLength);
            return new SafetensorsFile(memory, name, ReadHeader(name, header, 8 + (long)headerLength, memory.Length));
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    private byte* Align(byte* data, long bytes)
    {
        byte* copy = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, CacheLine);
        _aligned.Add((nint)copy);
        Buffer.MemoryCopy(data, copy, bytes, bytes);
        return copy;
    }

    private Entry Find(string tensor) =>
        _entries.TryGetValue(tensor, out Entry? entry)
            ? entry
            : throw new BundleException($"{_name}: tensor '{tensor}' is missing; the file has {string.Join(", ", _entries.Keys)}.");

    private static Dictionary<string, Entry> ReadHeader(string name, ReadOnlySpan<byte> json, long dataStart, long fileLength)
    {
        var entries = new Dictionary<string, Entry>(StringComparer.Ordinal);
        string? tensor = null;
        try
        {
            if (json.IsEmpty || json[0] != (byte)'{')
                throw new BundleException($"{name}: the safetensors header does not begin with {{.");
            var reader = new Utf8JsonReader(json);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            if (json[(int)reader.BytesConsumed..].ContainsAnyExcept(" \t\r\n"u8))
                throw new BundleException($"{name}: the safetensors header is followed by something that is not a space.");
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                tensor = property.Name;
                if (property.NameEquals("__metadata__"))
                {
                    if (
                        property.Value.ValueKind != JsonValueKind.Object
                        || property.Value.EnumerateObject().Any(value => value.Value.ValueKind != JsonValueKind.String)
                    )
                        throw new BundleException($"{name}: __metadata__ of the safetensors header may only hold strings.");
                    continue;
                }

                string type = property.Value.GetProperty("dtype").GetString() ?? "";
                long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64())];
                JsonElement offsets = property.Value.GetProperty("data_offsets");
                long begin = dataStart + offsets[0].GetInt64();
                long end = dataStart + offsets[1].GetInt64();
                long elements = shape.Aggregate(1L, (product, extent) => checked(product * extent));
                if (shape.Any(extent => extent < 0) || begin < dataStart || end < begin)
                    throw new BundleException($"{name}: tensor '{property.Name}' has impossible bounds.");
                if (end > fileLength)
                    throw new BundleException(
                        $"{name}: tensor '{property.Name}' ends at byte {end} of {fileLength}; the file is truncated."
                    );
                if (SafetensorsType.SizeOf(type) is int size && checked(elements * size) != end - begin)
                {
                    throw new BundleException(
                        $"{name}: tensor '{property.Name}' of shape [{string.Join(", ", shape)}] needs {elements * size} bytes and has "
                            + $"{end - begin}."
                    );
                }

                if (!entries.TryAdd(property.Name, new Entry(type, shape, begin, end - begin)))
                    throw new BundleException($"{name}: tensor '{property.Name}' is in the header twice.");
            }
        }
        catch (Exception error)
            when (error
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or IndexOutOfRangeException
                        or OverflowException
                        or FormatException
            )
        {
            throw new BundleException(
                $"{name}: the safetensors header cannot be read{(tensor is null ? "" : $" at tensor '{tensor}'")}: each tensor needs "
                    + $"dtype, shape and data_offsets, with whole numbers that fit in 64 bits.",
                error
            );
        }

        VerifyNoGaps(name, entries, dataStart, fileLength);
        return entries;
    }

    /// <summary>
    /// Tensors follow each other without gaps up to the end of the file, as the format requires: anything else is an error.
    /// </summary>
    private static void VerifyNoGaps(string name, Dictionary<string, Entry> entries, long dataStart, long fileLength)
    {
        long at = dataStart;
        foreach ((string tensor, Entry entry) in entries.OrderBy(entry => entry.Value.Begin).ThenBy(entry => entry.Value.Bytes))
        {
            if (entry.Begin != at)
            {
                throw new BundleException(
                    $"{name}: tensor '{tensor}' begins at byte {entry.Begin}, "
                        + $"{(entry.Begin > at ? "after a gap" : "inside the previous one")}; the previous one ends at byte {at}."
                );
            }

            at += entry.Bytes;
        }

        if (at != fileLength)
            throw new BundleException($"{name}: {fileLength - at} bytes follow the last tensor; the file must end with it.");
    }

    private sealed record Entry(string Type, long[] Shape, long Begin, long Bytes);
}

/// <summary>A tensor inside a <see cref="SafetensorsFile"/>; valid until the file is disposed of.</summary>
public readonly unsafe struct MappedTensor<T>
    where T : unmanaged
{
    private readonly T* _data;

    internal MappedTensor(T* data, int rows, int columns)
    {
        _data = data;
        Rows = rows;
        Columns = columns;
    }

    public int Rows { get; }

    /// <summary>1 for a vector.</summary>
    public int Columns { get; }

    /// <summary>One row; no copy.</summary>
    public ReadOnlySpan<T> this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
            return new ReadOnlySpan<T>(_data + ((long)row * Columns), Columns);
        }
    }

    /// <summary>Consecutive rows as one span; no copy.</summary>
    public ReadOnlySpan<T> RowRange(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + count, Rows, nameof(count));
        return new ReadOnlySpan<T>(_data + ((long)first * Columns), checked(count * Columns));
    }
}
