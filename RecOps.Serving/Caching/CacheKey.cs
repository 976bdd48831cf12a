using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;

namespace RecOps.Serving.Caching;

/// <summary>
/// Identifies a cached list. The user's history is not part of it: each list carries a stamp of what it was computed from.
/// </summary>
/// <param name="User">The ordinal of a user known to the bundle; for others a hash of the id with <see cref="StrangerBit"/>.</param>
/// <param name="Model">Its generation: lists of one model are never served under another.</param>
/// <param name="Item">Ordinal of the item being looked at, -1 for none.</param>
/// <param name="Context">Hash of the other inputs: recent items named by the request, and what rules leave; 0 for neither.</param>
/// <param name="Placement">Hash of the placement's name.</param>
internal readonly record struct CacheKey(UInt128 User, ulong Model, int Item, ulong Context, uint Placement)
{
    private static readonly UInt128 StrangerBit = UInt128.One << 127;

    /// <summary>Spreads evenly; equal for equal keys in every process.</summary>
    public ulong Hash
    {
        get
        {
            ulong hash = (ulong)User ^ (ulong)(User >> 64) ^ Model ^ Context ^ ((ulong)(uint)Item << 32) ^ Placement;
            hash = (hash ^ (hash >> 31)) * 0x7FB5D329728EA185;
            hash = (hash ^ (hash >> 27)) * 0x81DADEF4BC2DD44D;
            return hash ^ (hash >> 33);
        }
    }

    /// <param name="user">Ordinal, -1 for a user that the bundle does not know.</param>
    /// <param name="item">Ordinal of the item being looked at, -1 for none.</param>
    /// <param name="recent">Recently touched items named by the request, newest first.</param>
    public static CacheKey Of(int user, string userId, ulong model, int item, string[]? recent, string placement) =>
        new(UserOf(user, userId), model, item, HashOf(recent), HashOf(placement));

    /// <param name="user">Ordinal, -1 for a user that the bundle does not know.</param>
    public static UInt128 UserOf(int user, string userId) =>
        user >= 0 ? (UInt128)(uint)user : XxHash128.HashToUInt128(MemoryMarshal.AsBytes(userId.AsSpan())) | StrangerBit;

    /// <summary>Key of the list that is computed from what rules leave.</summary>
    /// <param name="restriction">Identifies the items that are left.</param>
    public CacheKey Within(ulong restriction) => this with { Context = BitOperations.RotateLeft(Context, 1) ^ restriction };

    public bool Equals(CacheKey other) =>
        User == other.User && Item == other.Item && Placement == other.Placement && Context == other.Context && Model == other.Model;

    public override int GetHashCode() => (int)Hash;

    /// <summary>Name of the list within the user's lists in the second tier, without the model.</summary>
    public override string ToString() => $"{Placement:x8}:{Item}:{Context:x}";

    public static uint HashOf(string placement) => (uint)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(placement.AsSpan()));

    private static ulong HashOf(string[]? recent)
    {
        ulong hash = 0;

        // Each id's hash seeds the next, so that two lists of ids cannot collide by concatenation; the order counts.
        foreach (string id in recent ?? [])
            hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(id.AsSpan()), (long)hash + 1);
        return hash;
    }
}
