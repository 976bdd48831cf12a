using RecOps.Training.Import;

namespace RecOps.Training.Models;

/// <summary>
/// Each user's history, oldest first, as one run of entries per user. An event on an item that already has a recent entry moves that
/// entry to the end instead of adding one, so that view, cart and purchase in one visit count once. The entry keeps the strongest type.
/// </summary>
internal sealed class ShopperHistories
{
    private const float SecondsPerDay = 86400;

    private readonly int[] _starts;
    private readonly int[] _lengths;

    private ShopperHistories(int[] starts, int[] lengths, int[] items, long[] times, InteractionType[] types)
    {
        _starts = starts;
        _lengths = lengths;
        Items = items;
        Times = times;
        Types = types;
    }

    /// <summary>Item ordinals of all users' runs.</summary>
    public int[] Items { get; }

    /// <summary>Unix seconds, by entry.</summary>
    public long[] Times { get; }

    /// <summary>By entry.</summary>
    public InteractionType[] Types { get; }

    /// <inheritdoc cref="InteractionTable.Target"/>
    public InteractionType Target { get; private init; }

    public int UserCount => _starts.Length;

    /// <summary>Unix seconds of the newest event.</summary>
    public long NewestTime { get; private init; }

    public static ShopperHistories Build(InteractionTable interactions, int userCount, int mergeWithinMinutes)
    {
        var starts = new int[userCount];
        foreach (int user in interactions.Users)
            starts[user]++;
        for (int user = 0, next = 0; user < userCount; user++)
            (starts[user], next) = (next, next + starts[user]);
        var lengths = new int[userCount];
        var items = new int[interactions.Count];
        var times = new long[interactions.Count];
        var types = new InteractionType[interactions.Count];
        long merge = mergeWithinMinutes * 60L;
        for (int row = 0; row < interactions.Count; row++)
        {
            int user = interactions.Users[row];
            int start = starts[user];
            int end = start + lengths[user];
            InteractionType type = interactions.Types[row];
            for (int entry = end - 1; entry >= start && interactions.Times[row] - times[entry] <= merge; entry--)
            {
                if (items[entry] != interactions.Items[row])
                    continue;
                if (types[entry] > type)
                    type = types[entry];
                items.AsSpan((entry + 1)..end).CopyTo(items.AsSpan(entry));
                times.AsSpan((entry + 1)..end).CopyTo(times.AsSpan(entry));
                types.AsSpan((entry + 1)..end).CopyTo(types.AsSpan(entry));
                end--;
                break;
            }

            (items[end], times[end], types[end]) = (interactions.Items[row], interactions.Times[row], type);
            lengths[user] = end + 1 - start;
        }

        return new ShopperHistories(starts, lengths, items, times, types)
        {
            NewestTime = interactions.Times[^1],
            Target = interactions.Target,
        };
    }

    /// <summary>First entry of a user's run.</summary>
    public int Start(int user) => _starts[user];

    /// <summary>One past the last entry of a user's run.</summary>
    public int End(int user) => _starts[user] + _lengths[user];

    /// <summary>Copies a user's newest items before an entry, newest first; the rest of <paramref name="history"/> becomes -1.</summary>
    /// <returns>How many were copied.</returns>
    public int CopyNewestFirst(int user, int end, Span<long> history)
    {
        int count = Math.Min(end - _starts[user], history.Length);
        for (int i = 0; i < count; i++)
            history[i] = Items[end - 1 - i];
        history[count..].Fill(-1);
        return count;
    }

    /// <summary>Days from one time to a later one, Unix seconds; 0 if it is not later.</summary>
    public static float DaysBetween(long then, long now) => Math.Max(0, now - then) / SecondsPerDay;

    /// <summary>Copies the event types of a user's newest entries before an entry, newest first, and how long ago they were.</summary>
    /// <param name="now">Unix seconds, not before the newest of those entries.</param>
    /// <param name="types">[h]; 0 beyond the entries.</param>
    /// <param name="ages">[h] days; 0 beyond the entries.</param>
    public void CopyEvents(int user, int end, long now, Span<long> types, Span<float> ages)
    {
        int count = Math.Min(end - _starts[user], types.Length);
        for (int i = 0; i < count; i++)
        {
            types[i] = (long)Types[end - 1 - i];
            ages[i] = DaysBetween(Times[end - 1 - i], now);
        }

        types[count..].Clear();
        ages[count..].Clear();
    }
}
