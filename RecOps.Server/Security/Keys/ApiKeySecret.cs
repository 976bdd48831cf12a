using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace RecOps.Server.Security.Keys;

/// <summary>
/// Generates keys and their hashes. A key has 256 random bits, so a fast hash is as good as a slow one: it cannot be guessed.
/// </summary>
internal static class ApiKeySecret
{
    private const int Bytes = 32;
    private const int HintLength = 4;

    public static string New() => "rk_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    public static string HashOf(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    public static string HintOf(string key) => key.Length > 2 * HintLength ? key[^HintLength..] : "";
}
