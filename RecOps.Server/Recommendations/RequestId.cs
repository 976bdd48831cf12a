namespace RecOps.Server.Recommendations;

/// <summary>Short ids that nobody has had before: 64 random bits as 11 characters.</summary>
internal static class RequestId
{
    public const int Length = 11;

    private static ReadOnlySpan<byte> Alphabet => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"u8;

    public static ulong Next() => (ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue);

    /// <param name="id">From <see cref="Next"/>.</param>
    /// <param name="text">Its first <see cref="Length"/> bytes are filled.</param>
    public static void Write(ulong id, Span<byte> text)
    {
        for (int i = 0; i < Length; i++, id >>= 6) text[i] = Alphabet[(int)(id & 63)];
    }

    public static string ToText(ulong id) => string.Create(Length, id, static (text, id) =>
    {
        Span<byte> ascii = stackalloc byte[Length];
        Write(id, ascii);
        for (int i = 0; i < Length; i++) text[i] = (char)ascii[i];
    });
}
