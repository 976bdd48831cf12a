using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RecOps.Serving.Models;

/// <summary>
/// Which shoppers a canary answers: always the same ones, on every replica, and with a larger share those of a smaller one and more.
/// Another bundle gets other shoppers.
/// </summary>
/// <param name="Share">Of the shoppers, 0 to 1.</param>
internal record CanaryRoute(ServingModel Model, string Bundle, double Share)
{
    private readonly long _salt = (long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(Bundle.AsSpan()));

    public bool Answers(string userId) => PlaceOf(userId) < Share;

    /// <returns>0 to below 1, spread evenly over shoppers.</returns>
    internal double PlaceOf(string userId) =>
        (XxHash3.HashToUInt64(MemoryMarshal.AsBytes(userId.AsSpan()), _salt) >> 11) / (double)(1UL << 53);
}
