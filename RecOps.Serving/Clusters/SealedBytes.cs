using System.IO.Hashing;
using System.Text;

namespace RecOps.Serving.Clusters;

/// <summary>Small snapshots as bytes: a magic number, the content, and a hash to verify it.</summary>
internal static class SealedBytes
{
    private const int HashBytes = sizeof(ulong);

    /// <param name="magic">Identifies kind and version.</param>
    public static byte[] Seal(uint magic, Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(magic);
        write(writer);
        writer.Flush();
        writer.Write(XxHash64.HashToUInt64(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        return bytes.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are damaged or of another version.</exception>
    public static BinaryReader Open(uint magic, byte[] bytes)
    {
        int length = bytes.Length - HashBytes;
        if (length < sizeof(uint) || XxHash64.HashToUInt64(bytes.AsSpan(0, length)) != BitConverter.ToUInt64(bytes, length))
            throw new InvalidDataException("it is damaged");
        var reader = new BinaryReader(new MemoryStream(bytes, 0, length), Encoding.UTF8);
        if (reader.ReadUInt32() != magic)
            throw new InvalidDataException("its format version is not supported");
        return reader;
    }
}
