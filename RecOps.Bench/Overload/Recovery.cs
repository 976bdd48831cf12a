using RecOps.Bench.Load;

namespace RecOps.Bench.Overload;

/// <summary>
/// How long the server took to recover after the load dropped: seconds until every following second is healthy. One late request among
/// hundreds is noise, not trouble.
/// </summary>
/// <param name="Slo">Until 99 % of requests are answered with a list within the SLO, so that the 99th percentile is within it.</param>
/// <param name="Computed">Until 99 % of lists are computed ones.</param>
internal sealed record Recovery(double Slo, double Computed)
{
    private const double Tolerated = 0.01;
    private static readonly int Window = (int)Math.Round(1 / LoadSummary.SlotSeconds);

    /// <param name="phase">The phase with the low load.</param>
    public static Recovery Of(IReadOnlyList<SlotResult> slots, int phase)
    {
        // A slot that spans the change of phase belongs to the phase of its first request.
        SlotResult[] own = [.. slots.Where(slot => slot.Phase == phase)];
        return new Recovery(Until(own, slot => slot.Missed, slot => slot.Sent), Until(own, slot => slot.Degraded, slot => slot.Lists));
    }

    private static double Until(ReadOnlySpan<SlotResult> slots, Func<SlotResult, int> bad, Func<SlotResult, int> all)
    {
        int first = slots.Length;
        while (first > 0 && IsWell(slots.Slice(first - 1, Math.Min(Window, slots.Length - first + 1)), bad, all))
            first--;
        return first == 0 ? 0
            : first == slots.Length ? double.PositiveInfinity
            : slots[first].Start - slots[0].Start;
    }

    private static bool IsWell(ReadOnlySpan<SlotResult> second, Func<SlotResult, int> bad, Func<SlotResult, int> all)
    {
        (int troubled, int total) = (0, 0);
        foreach (SlotResult slot in second)
            (troubled, total) = (troubled + bad(slot), total + all(slot));
        return troubled <= Tolerated * total;
    }
}
