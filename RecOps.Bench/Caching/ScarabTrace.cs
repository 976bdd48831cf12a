using System.Buffers.Binary;
using System.IO.Compression;
using RecOps.Serving.Caching;

namespace RecOps.Bench.Caching;

/// <summary>Requests to a recommendation service, in the Caffeine cache simulator's format: big-endian 64-bit keys, gzip.</summary>
internal static class ScarabTrace
{
    /// <summary>Null when the file does not exist.</summary>
    public static Trace? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        using var bytes = new MemoryStream();
        using (var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress))
            file.CopyTo(bytes);
        int size = CachedList.BytesOf(200);
        TraceRequest[] requests =
        [
            .. bytes.ToArray().Chunk(sizeof(ulong)).Select(key => new TraceRequest(BinaryPrimitives.ReadUInt64BigEndian(key), size, 1, -1)),
        ];
        return new Trace("scarab", "requests to a recommendation service, every list of equal size and cost, no clusters", requests);
    }
}
