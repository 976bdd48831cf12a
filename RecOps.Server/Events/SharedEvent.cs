using System.Globalization;
using RecOps.Serving.Users;

namespace RecOps.Server.Events;

/// <summary>The format of events in Redis: as a member of the user's sorted set, and as a message to the other replicas.</summary>
internal static class SharedEvent
{
    /// <summary>Prefix of an event id's key; no time begins with it.</summary>
    private const char KeyMark = '#';

    /// <summary>Identical for a resent event: <c>kind|milliseconds|item</c>, or <c>kind|#key|item</c> where it has an id.</summary>
    public static string MemberOf(in StoredEvent stored) =>
        stored.Key == EventKey.None
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)stored.Kind}|{stored.UnixMilliseconds}|{stored.ItemId}")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)stored.Kind}|{KeyMark}{stored.Key:x}|{stored.ItemId}");

    /// <param name="score">Score of the member: when it happened, Unix milliseconds.</param>
    public static bool TryParseMember(string userId, string text, long score, out StoredEvent parsed)
    {
        parsed = default;
        string[] parts = text.Split('|', 3);
        if (parts.Length < 3 || !TryParseKind(parts[0], out EventKind kind))
            return false;
        long key = EventKey.None;
        if (parts[1].StartsWith(KeyMark) ? !TryParseKey(parts[1].AsSpan(1), out key) : !TryParseTime(parts[1], out score))
            return false;
        parsed = new StoredEvent(userId, parts[2], kind, score, key);
        return true;
    }

    /// <summary>
    /// <c>replica|kind|milliseconds|length of the user id|user id and item id</c>, with <c>#key</c> after the time where it has an id.
    /// </summary>
    public static string MessageOf(string replica, in StoredEvent stored)
    {
        string key = stored.Key == EventKey.None ? "" : string.Create(CultureInfo.InvariantCulture, $"{KeyMark}{stored.Key:x}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{replica}|{(int)stored.Kind}|{stored.UnixMilliseconds}{key}|{stored.UserId.Length}|{stored.UserId}{stored.ItemId}"
        );
    }

    public static bool TryParseMessage(string text, out string replica, out StoredEvent parsed)
    {
        (replica, parsed) = ("", default);
        string[] parts = text.Split('|', 5);
        if (parts.Length < 5 || !TryParseKind(parts[1], out EventKind kind))
            return false;
        string[] time = parts[2].Split(KeyMark, 2);
        long key = EventKey.None;
        if (!TryParseTime(time[0], out long at) || (time.Length == 2 && !TryParseKey(time[1], out key)))
            return false;
        if (!int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length > parts[4].Length)
            return false;
        replica = parts[0];
        parsed = new StoredEvent(parts[4][..length], parts[4][length..], kind, at, key);
        return true;
    }

    private static bool TryParseKind(string text, out EventKind kind)
    {
        bool isKind =
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= (int)EventKind.Purchase;
        kind = isKind ? (EventKind)number : default;
        return isKind;
    }

    private static bool TryParseTime(string text, out long milliseconds) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out milliseconds);

    private static bool TryParseKey(ReadOnlySpan<char> text, out long key) =>
        long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out key);
}
