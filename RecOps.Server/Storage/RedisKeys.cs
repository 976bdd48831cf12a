using System.Globalization;
using System.Text;
using StackExchange.Redis;

namespace RecOps.Server.Storage;

/// <summary>
/// Names of all keys and channels in Redis. Keys of one user have the user in braces: Redis Cluster hashes only that part, so all of a
/// user's keys are on one node.
/// </summary>
internal static class RedisKeys
{
    /// <summary>Ranked lists.</summary>
    public const string Lists = "lists";

    /// <summary>Shopper histories.</summary>
    public const string History = "history";

    private const string Prefix = "recops:";

    /// <summary>Lock of the replica that is warming.</summary>
    public static readonly RedisKey Warming = Prefix + "warming";

    /// <summary>Snapshot of popularity, for replicas that start.</summary>
    public static readonly RedisKey PopularSnapshot = Prefix + "popular-snapshot";

    /// <summary>How far Redis has got with a server's event log.</summary>
    /// <param name="logId">Hexadecimal digits.</param>
    public static RedisKey PositionOf(string logId) => $"{Prefix}history-position:{logId}";

    /// <summary>Key of something that belongs to a user.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="userId">Any text; escaped here.</param>
    public static string OfUser(string kind, string userId) => Prefix + kind + ":{" + Escape(userId) + "}";

    /// <summary>Key of one of several things that belong to a user, given by number.</summary>
    /// <param name="part">Which of them; letters, digits and colons.</param>
    public static string OfUser(string kind, UInt128 user, string part) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{kind}:{{{user:x}}}:{part}");

    /// <summary>A channel that replicas listen to.</summary>
    public static RedisChannel Channel(string name) => RedisChannel.Literal(Prefix + name);

    /// <summary>
    /// An injective encoding of ids: letters, digits, '-', '_' and '.' stay, and every other character becomes a percent sign and four
    /// hexadecimal digits.
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
