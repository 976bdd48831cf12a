using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RecOps.Server.Models.Trials;

/// <summary>
/// Which shoppers a canary answers: always the same ones, on every replica, and with a larger share those of a smaller one and more. Another
/// bundle gets other shoppers.
/// </summary>
internal sealed record CanaryRoute(ServingModel Model, ModelTrial Trial)
{
    private readonly long _salt = (long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(Trial.Bundle.AsSpan()));

    public bool Answers(string userId) => PlaceOf(userId) < Trial.Share;

    /// <returns>0 to below 1, spread evenly over shoppers.</returns>
    internal double PlaceOf(string userId) => (XxHash3.HashToUInt64(MemoryMarshal.AsBytes(userId.AsSpan()), _salt) >> 11) / (double)(1UL << 53);
}
