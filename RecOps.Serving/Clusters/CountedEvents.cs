using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RecOps.Serving.Clusters;

/// <summary>
/// Remembers which shopper recently moved which item's popularity, so that one shopper cannot push an item. Within some hours, a pair
/// counts once, by its strongest event. The table has a fixed size, and a pair may overwrite another, which may then count again; that only
/// happens in a shop so large that one shopper hardly matters. Safe from any thread.
/// </summary>
internal sealed class CountedEvents
{
    private const int Slots = 1 << 20;
    private const int KindBits = 4;
    private const int MinuteBits = 28;
    private static readonly long WindowMinutes = (long)LiveList.HalfLife.TotalMinutes;

    // Tag of the pair, minute since 1970 at which it first counted, strongest kind since.
    private readonly ulong[] _slots = new ulong[Slots];

    /// <summary>Records an event.</summary>
    /// <param name="weights">Weight by kind.</param>
    /// <param name="unixMilliseconds">Server time: callers can choose the event's own time freely.</param>
    /// <returns>Additional weight over what the shopper's earlier events on the item already counted.</returns>
    public float Count(string userId, int item, int kind, ulong generation, ReadOnlySpan<float> weights, long unixMilliseconds)
    {
        ulong hash = XxHash3.HashToUInt64(
            MemoryMarshal.AsBytes(userId.AsSpan()),
            (long)(generation ^ ((ulong)(uint)item * 0x9E3779B97F4A7C15))
        );
        ref ulong slot = ref _slots[hash & (Slots - 1)];
        ulong tag = hash >> 32 << 32;
        long now = unixMilliseconds / 60_000;
        while (true)
        {
            ulong before = Volatile.Read(ref slot);
            bool counted = before != 0 && before >> 32 << 32 == tag && now - MinuteOf(before) < WindowMinutes;
            float more = weights[kind] - (counted ? weights[KindOf(before)] : 0);
            if (more <= 0)
                return 0;
            ulong after = tag | ((ulong)((counted ? MinuteOf(before) : now) & ((1L << MinuteBits) - 1)) << KindBits) | (uint)kind;
            if (Interlocked.CompareExchange(ref slot, after, before) == before)
                return more;
        }
    }

    private static long MinuteOf(ulong slot) => (long)(slot >> KindBits) & ((1L << MinuteBits) - 1);

    private static int KindOf(ulong slot) => (int)(slot & ((1 << KindBits) - 1));
}
