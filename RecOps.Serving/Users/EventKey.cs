using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace RecOps.Serving.Users;

/// <summary>What is stored of the id that a caller gave an event: 64 bits, the same in every process.</summary>
internal static class EventKey
{
    /// <summary>For an event without an id.</summary>
    public const long None = 0;

    public static long Of(string? eventId)
    {
        if (eventId is null)
            return None;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(eventId), hash);
        long key = BinaryPrimitives.ReadInt64LittleEndian(hash);
        return key == None ? 1 : key;
    }
}
