namespace RecOps.Serving.Engine;

/// <summary>
/// Ids of answers: 120 bits as 20 URL-safe characters. 64 bits are random, so that ids are unique; 48 are the list's <see cref="ListTag"/>,
/// masked by the random ones; 8 distinguish our ids from other text. An id that comes back identifies its list without any stored state, on
/// any replica and at any time.
/// </summary>
internal static class RequestId
{
    public const int Length = 20;
    private const ulong TagMask = (1UL << 48) - 1;

    private static ReadOnlySpan<byte> Alphabet => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"u8;

    public static UInt128 New(in ListTag tag)
    {
        ulong random = (ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue);
        ulong mask = Mix(random);
        ulong hidden = (tag.Bits ^ mask) & TagMask;
        return new UInt128((Check(random, hidden) << 48) | hidden, random);
    }

    /// <param name="id">From <see cref="New"/>.</param>
    /// <param name="text">Its first <see cref="Length"/> bytes are filled.</param>
    public static void Write(UInt128 id, Span<byte> text)
    {
        for (int i = 0; i < Length; i++, id >>= 6)
            text[i] = Alphabet[(int)(uint)id & 63];
    }

    public static string ToText(UInt128 id) =>
        string.Create(
            Length,
            id,
            static (text, id) =>
            {
                Span<byte> ascii = stackalloc byte[Length];
                Write(id, ascii);
                for (int i = 0; i < Length; i++)
                    text[i] = (char)ascii[i];
            }
        );

    /// <returns>False for a text that is not one of our ids.</returns>
    public static bool TryRead(ReadOnlySpan<char> text, out ListTag tag)
    {
        tag = default;
        if (text.Length != Length)
            return false;
        UInt128 id = 0;
        for (int i = Length - 1; i >= 0; i--)
        {
            int digit = text[i] < 128 ? Alphabet.IndexOf((byte)text[i]) : -1;
            if (digit < 0)
                return false;
            id = (id << 6) | (uint)digit;
        }

        ulong random = (ulong)id;
        ulong hidden = (ulong)(id >> 64) & TagMask;
        if ((ulong)(id >> 112) != Check(random, hidden))
            return false;
        tag = ListTag.Of((hidden ^ Mix(random)) & TagMask);
        return true;
    }

    private static ulong Check(ulong random, ulong hidden) => Mix(random + (hidden * 0x9E3779B97F4A7C15)) >> 56;

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
