using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RecOps.Serving.Models;

/// <summary>
/// Selects the shoppers that a canary serves: the same ones on every replica, and a larger share includes those of a smaller one. Each
/// bundle gets different shoppers.
/// </summary>
/// <param name="Share">Share of the shoppers, 0 to 1.</param>
internal record CanaryRoute(ServingModel Model, string Bundle, double Share)
{
    private readonly long _salt = (long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(Bundle.AsSpan()));

    public bool Answers(string userId) => PlaceOf(userId) < Share;

    /// <returns>From 0 to below 1, spread evenly over shoppers.</returns>
    internal double PlaceOf(string userId) =>
        (XxHash3.HashToUInt64(MemoryMarshal.AsBytes(userId.AsSpan()), _salt) >> 11) / (double)(1UL << 53);
}
