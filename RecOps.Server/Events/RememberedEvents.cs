using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RecOps.Server.Events;

/// <summary>
/// Remembers recently saved events, 64 bits each: many more than the shopper histories hold, so that a resent event is recognized long
/// after. When the newer half is full, the older half is dropped. Safe from any thread.
/// </summary>
/// <param name="capacity">Events, 2 or more; once filled, at least half as many are remembered at any time.</param>
internal sealed class RememberedEvents(int capacity)
{
    private readonly Lock _lock = new();
    private HashSet<ulong> _newer = [];
    private HashSet<ulong> _older = [];

    public bool Has(in StoredEvent stored)
    {
        ulong hash = HashOf(stored);
        lock (_lock)
            return _newer.Contains(hash) || _older.Contains(hash);
    }

    public void Add(in StoredEvent stored)
    {
        ulong hash = HashOf(stored);
        lock (_lock)
        {
            if (_older.Contains(hash) || !_newer.Add(hash) || _newer.Count < capacity / 2)
                return;
            (_older, _newer) = (_newer, _older);
            _newer.Clear();
        }
    }

    private static ulong HashOf(in StoredEvent stored)
    {
        StoredEvent same = stored.Identity;
        Span<long> numbers = [(long)same.Kind, same.UnixMilliseconds, same.Key, same.UserId.Length];
        var hash = new XxHash3();
        hash.Append(MemoryMarshal.AsBytes(numbers));
        hash.Append(MemoryMarshal.AsBytes(same.UserId.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(same.ItemId.AsSpan()));
        return hash.GetCurrentHashAsUInt64();
    }
}
