namespace RecOps.Shared;

/// <summary>
/// The moments that a local time of a zone can mean. Found from offsets of moments near it, which .NET has right for all zones; its own
/// answers on local times are wrong where summer time is the standard and winter has less (Dublin, Casablanca): neither gaps nor repeated
/// hours exist there for it.
/// </summary>
public static class LocalTime
{
    /// <summary>No zone is further from UTC.</summary>
    private static readonly TimeSpan Far = TimeSpan.FromHours(26);

    /// <summary>The first moment that a local time means; the one after the gap for a time that a clock change leaves out.</summary>
    public static DateTimeOffset First(DateTime local, TimeZoneInfo zone) => Find(local, zone, last: false);

    /// <summary>The last moment that a local time means; the one after the gap for a time that a clock change leaves out.</summary>
    public static DateTimeOffset Last(DateTime local, TimeZoneInfo zone) => Find(local, zone, last: true);

    /// <summary>Whether a clock change leaves a local time out.</summary>
    public static bool IsLeftOut(DateTime local, TimeZoneInfo zone) => First(local, zone).DateTime != local;

    private static DateTimeOffset Find(DateTime local, TimeZoneInfo zone, bool last)
    {
        DateTime asUtc = DateTime.SpecifyKind(local, DateTimeKind.Utc);
        if (asUtc < DateTime.MinValue + (2 * Far) || asUtc > DateTime.MaxValue - (2 * Far))
            return new DateTimeOffset(asUtc);
        var offsets = new List<TimeSpan> { zone.GetUtcOffset(asUtc - Far) };
        Add(offsets, zone.GetUtcOffset(asUtc + Far));
        DateTime? found = null;
        for (int i = 0; i < offsets.Count; i++)
        {
            DateTime utc = asUtc - offsets[i];
            TimeSpan offset = zone.GetUtcOffset(utc);
            Add(offsets, offset);
            if (offset == offsets[i] && (found is null || (last ? utc > found : utc < found)))
                found = utc;
        }

        DateTime moment = found ?? EndOfGap(asUtc - offsets.Max(), asUtc - offsets.Min(), zone);
        return TimeZoneInfo.ConvertTime(new DateTimeOffset(moment), zone);
    }

    private static void Add(List<TimeSpan> offsets, TimeSpan offset)
    {
        if (!offsets.Contains(offset))
            offsets.Add(offset);
    }

    /// <summary>Halves the time between a moment before the clock change and one after it, to the second.</summary>
    private static DateTime EndOfGap(DateTime before, DateTime after, TimeZoneInfo zone)
    {
        TimeSpan offset = zone.GetUtcOffset(before);
        while (after - before > TimeSpan.FromSeconds(1))
        {
            DateTime middle = before + TimeSpan.FromSeconds(Math.Floor((after - before).TotalSeconds / 2));
            if (zone.GetUtcOffset(middle) == offset)
                before = middle;
            else
                after = middle;
        }

        return after;
    }
}
