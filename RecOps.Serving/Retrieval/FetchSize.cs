using System.Numerics;

namespace RecOps.Serving.Retrieval;

/// <summary>
/// How many items to ask for when only some may be shown, and which is not known before. Powers of two, so that a device sees few
/// shapes.
/// </summary>
internal static class FetchSize
{
    private const int SlackShare = 8;
    private const int MostGrowth = 16;

    /// <param name="limit">Items wanted.</param>
    /// <param name="excluded">The most that one search rules out.</param>
    /// <param name="items">All there are; the result is not more.</param>
    public static int First(int limit, int excluded, int items) => RoundUp((long)limit + (limit / SlackShare) + excluded, items);

    /// <summary>After too few were allowed: at least twice as many, and more where the share that was allowed says so.</summary>
    /// <param name="asked">Items asked for before.</param>
    /// <param name="limit">Items wanted.</param>
    /// <param name="found">Items of those asked for that were allowed.</param>
    public static int Next(int asked, int limit, int found, int items) =>
        RoundUp((long)asked * Math.Clamp(limit / Math.Max(1, found), 2, MostGrowth), items);

    private static int RoundUp(long count, int items) =>
        (int)Math.Min(items, (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, count)));
}
