namespace RecOps.Server.Recommendations;

/// <summary>Short ids that nobody has had before: 64 random bits as 11 characters.</summary>
internal static class RequestId
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

    public static string Next() => string.Create(11, (ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue), static (text, bits) =>
    {
        for (int i = 0; i < text.Length; i++, bits >>= 6) text[i] = Alphabet[(int)(bits & 63)];
    });
}
