using System.Numerics;

namespace RecOps.Serving.Retrieval;

/// <summary>
/// How many items to request when an unknown number of them may not be shown. Powers of two, so that a device sees few shapes.
/// </summary>
internal static class FetchSize
{
    private const int SlackShare = 8;
    private const int MostGrowth = 16;

    /// <param name="limit">Number of items wanted.</param>
    /// <param name="excluded">Most items that one search excludes.</param>
    /// <param name="items">Number of all items, which the result does not exceed.</param>
    public static int First(int limit, int excluded, int items) => RoundUp((long)limit + (limit / SlackShare) + excluded, items);

    /// <summary>After too few were allowed: at least twice as many, or more if the allowed share suggests it.</summary>
    /// <param name="asked">Number of items requested before.</param>
    /// <param name="limit">Number of items wanted.</param>
    /// <param name="found">How many of the requested items were allowed.</param>
    public static int Next(int asked, int limit, int found, int items) =>
        RoundUp((long)asked * Math.Clamp(limit / Math.Max(1, found), 2, MostGrowth), items);

    private static int RoundUp(long count, int items) =>
        (int)Math.Min(items, (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, count)));
}
