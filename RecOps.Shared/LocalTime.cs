namespace RecOps.Shared;

/// <summary>
/// The instants that a local time in a zone can mean. They are found from UTC offsets of nearby instants, which .NET gets right for
/// all zones. Its own results for local times are wrong where summer time is the standard and winter time is behind it (Dublin,
/// Casablanca): .NET sees neither gaps nor repeated hours there.
/// </summary>
public static class LocalTime
{
    /// <summary>No zone is further from UTC.</summary>
    private static readonly TimeSpan Far = TimeSpan.FromHours(26);

    /// <summary>The first instant that a local time can mean; the one after the gap for a time skipped by a clock change.</summary>
    public static DateTimeOffset First(DateTime local, TimeZoneInfo zone) => Find(local, zone, last: false);

    /// <summary>The last instant that a local time can mean; the one after the gap for a time skipped by a clock change.</summary>
    public static DateTimeOffset Last(DateTime local, TimeZoneInfo zone) => Find(local, zone, last: true);

    /// <summary>Whether a clock change skips a local time.</summary>
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

    /// <summary>Bisects between an instant before the clock change and one after it, to the second.</summary>
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
