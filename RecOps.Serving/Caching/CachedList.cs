using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using RecOps.Serving.Caching.Eviction;
using RecOps.Serving.Ranking;

namespace RecOps.Serving.Caching;

/// <summary>Why a list was computed.</summary>
internal enum ListOrigin : byte
{
    Request,
    Refresh,
    Warming,
    Snapshot,
}

/// <summary>
/// A ranked list before rules, and what it was computed from. Immutable except for its counters. Empty for a user about whom nothing is
/// known, so that this need not be found out again.
/// </summary>
internal sealed class CachedList : ICacheValue
{
    /// <summary>Overhead besides the items: its own memory, the array's, and a store's entry.</summary>
    public const int Overhead = 320;

    private const int ItemBytes = sizeof(int) + 2;
    private const int HeaderBytes = 48;
    private const byte FormatVersion = 1;

    // Ordinals, then scores.
    private readonly byte[] _items;
    private long _hits;
    private int _refreshing;

    /// <param name="ranked">Best first; copied.</param>
    public CachedList(RankedSpan ranked)
    {
        _items = ranked.Count == 0 ? [] : GC.AllocateUninitializedArray<byte>(ranked.Count * ItemBytes);
        MemoryMarshal.AsBytes(ranked.Ordinals).CopyTo(_items);
        MemoryMarshal.AsBytes(ranked.Scores).CopyTo(_items.AsSpan(ranked.Count * sizeof(int)));
    }

    private CachedList(byte[] items) => _items = items;

    /// <summary>Memory of a list with this many items.</summary>
    public static int BytesOf(int items) => (items * ItemBytes) + Overhead;

    public int Count => _items.Length / ItemBytes;

    public RankedSpan Ranked =>
        new(
            MemoryMarshal.Cast<byte, int>(_items.AsSpan(0, Count * sizeof(int))),
            MemoryMarshal.Cast<byte, Half>(_items.AsSpan(Count * sizeof(int)))
        );

    /// <summary>When the user's history was read, Unix milliseconds.</summary>
    public required long Computed { get; init; }

    /// <summary>Stamp of that history; see <see cref="Users.FreshHistory.Stamp"/>.</summary>
    public required ulong Stamp { get; init; }

    public required int Cluster { get; init; }

    public required float Cost { get; init; }

    public ListOrigin Origin { get; init; }

    /// <summary>The warm run that computed it.</summary>
    public IListUse? WarmedBy { get; init; }

    public int Bytes => _items.Length + Overhead;

    public bool WasAskedFor => Origin == ListOrigin.Request;

    public long Version => Computed;

    /// <summary>Answers served from it.</summary>
    public long Hits => Volatile.Read(ref _hits);

    /// <summary>Counts an answer.</summary>
    public void Use()
    {
        long hits = Interlocked.Increment(ref _hits);
        WarmedBy?.Used(first: hits == 1);
    }

    /// <returns>True for the first call since it was made or <see cref="EndRefresh"/> was called.</returns>
    public bool TryBeginRefresh() => Volatile.Read(ref _refreshing) == 0 && Interlocked.Exchange(ref _refreshing, 1) == 0;

    public void EndRefresh() => Volatile.Write(ref _refreshing, 0);

    /// <summary>Its serialized form: a header, then ordinals and scores, little endian.</summary>
    public byte[] Encode()
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(HeaderBytes + _items.Length);
        Span<byte> header = bytes.AsSpan(0, HeaderBytes);
        header.Clear();
        header[0] = FormatVersion;
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], Computed);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], Stamp);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], Cluster);
        BinaryPrimitives.WriteSingleLittleEndian(header[28..], Cost);
        BinaryPrimitives.WriteInt32LittleEndian(header[32..], Count);
        _items.CopyTo(bytes.AsSpan(HeaderBytes));
        return bytes;
    }

    /// <param name="items">Number of items in the model: a list with other ordinals is not one of its lists.</param>
    /// <returns>False for what <see cref="Encode"/> did not write.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, int items, ListOrigin origin, [NotNullWhen(true)] out CachedList? list)
    {
        list = null;
        if (bytes.Length < HeaderBytes || bytes[0] != FormatVersion)
            return false;
        int count = BinaryPrimitives.ReadInt32LittleEndian(bytes[32..]);
        if (count < 0 || bytes.Length != HeaderBytes + ((long)count * ItemBytes))
            return false;
        var decoded = new CachedList(bytes[HeaderBytes..].ToArray())
        {
            Computed = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            Stamp = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            Cluster = BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]),
            Cost = BinaryPrimitives.ReadSingleLittleEndian(bytes[28..]),
            Origin = origin,
        };
        foreach (int ordinal in decoded.Ranked.Ordinals)
        {
            if ((uint)ordinal >= (uint)items)
                return false;
        }

        list = decoded;
        return true;
    }
}

/// <summary>Observes answers served from a list.</summary>
internal interface IListUse
{
    /// <param name="first">Whether it is the list's first.</param>
    void Used(bool first);
}
