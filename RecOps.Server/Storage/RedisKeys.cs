using System.Globalization;
using System.Text;
using StackExchange.Redis;

namespace RecOps.Server.Storage;

/// <summary>
/// Names of everything that is kept in Redis or told over it. What belongs to one user has the user in braces: on a Redis Cluster only that
/// part decides on the slot, so that all of it lies on one node.
/// </summary>
internal static class RedisKeys
{
    /// <summary>Ranked lists.</summary>
    public const string Lists = "lists";

    /// <summary>What a shopper did.</summary>
    public const string History = "history";

    private const string Prefix = "recops:";

    /// <summary>Held by the replica that warms.</summary>
    public static readonly RedisKey Warming = Prefix + "warming";

    /// <summary>What is popular, for replicas that start.</summary>
    public static readonly RedisKey PopularSnapshot = Prefix + "popular-snapshot";

    /// <summary>How far Redis has got with the event log of a server.</summary>
    /// <param name="logId">Hexadecimal digits.</param>
    public static RedisKey PositionOf(string logId) => $"{Prefix}history-position:{logId}";

    /// <summary>A name of something that belongs to a user.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="userId">Any text; made safe here.</param>
    public static string OfUser(string kind, string userId) => Prefix + kind + ":{" + Escape(userId) + "}";

    /// <summary>A name of something that belongs to a user whom a number stands for, and of which there are several.</summary>
    /// <param name="part">Which of them; of letters, digits and colons.</param>
    public static string OfUser(string kind, UInt128 user, string part) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{kind}:{{{user:x}}}:{part}");

    /// <summary>A channel that replicas listen to.</summary>
    public static RedisChannel Channel(string name) => RedisChannel.Literal(Prefix + name);

    /// <summary>
    /// The same text for the same id and another one for any other id: letters, digits, '-', '_' and '.' stay, and every other character is
    /// a percent sign and four hexadecimal digits.
    /// </summary>
    public static string Escape(string id)
    {
        int plain = 0;
        while (plain < id.Length && IsPlain(id[plain]))
            plain++;
        if (plain == id.Length)
            return id;
        var text = new StringBuilder(id.Length + 20).Append(id, 0, plain);
        foreach (char letter in id.AsSpan(plain))
        {
            if (IsPlain(letter))
                text.Append(letter);
            else
                text.Append('%').Append(((int)letter).ToString("x4", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.';
}
