using System.Globalization;

namespace RecOps.Client.Shell;

/// <summary>Times and durations in words, in the viewer's zone.</summary>
internal static class TimeText
{
    /// <summary>"now", "12 s ago", "3 min ago", "2 h ago", "5 d ago".</summary>
    public static string Ago(TimeSpan elapsed) => elapsed.TotalSeconds < 1.5 ? "now" : Coarse(elapsed) + " ago";

    /// <summary>"now", "in 12 s", "in 3 min", "in 2 h", "in 5 d".</summary>
    public static string In(TimeSpan left) => left.TotalSeconds < 1.5 ? "now" : "in " + Coarse(left);

    /// <summary>The two largest units: "4 s", "12 min 5 s", "3 h 20 min", "9 d 4 h".</summary>
    public static string Duration(TimeSpan length) =>
        length switch
        {
            { TotalMinutes: < 1 } => $"{Whole(length.TotalSeconds)} s",
            { TotalHours: < 1 } => $"{length.Minutes} min {length.Seconds} s",
            { TotalDays: < 1 } => $"{length.Hours} h {length.Minutes} min",
            _ => $"{Whole(Math.Floor(length.TotalDays))} d {length.Hours} h",
        };

    /// <summary>19:04:31</summary>
    public static string TimeOfDay(DateTimeOffset time, TimeZoneInfo zone) => Local(time, zone, "HH:mm:ss");

    /// <summary>A point of a chart: 19:04:31, or 23 Nov 19:04 where a point stands for a minute or more.</summary>
    public static string Point(DateTimeOffset time, int stepSeconds, TimeZoneInfo zone) =>
        Local(time, zone, stepSeconds < 60 ? "HH:mm:ss" : "d MMM HH:mm");

    /// <summary>23 Nov 2026, 19:04</summary>
    public static string Date(DateTimeOffset time, TimeZoneInfo zone) => Local(time, zone, "d MMM yyyy, HH:mm");

    /// <summary>23 Nov 2026, 19:04:31</summary>
    public static string Exact(DateTimeOffset time, TimeZoneInfo zone) => Local(time, zone, "d MMM yyyy, HH:mm:ss");

    /// <summary>19:04:31 of today, and 23 Nov 2026 of any other day, which a time of day would pass off as today.</summary>
    public static string Near(DateTimeOffset time, DateTimeOffset now, TimeZoneInfo zone) =>
        Local(time, zone, "yyyy-MM-dd") == Local(now, zone, "yyyy-MM-dd") ? TimeOfDay(time, zone) : Local(time, zone, "d MMM yyyy");

    private static string Local(DateTimeOffset time, TimeZoneInfo zone, string format) =>
        TimeZoneInfo.ConvertTime(time, zone).ToString(format, CultureInfo.InvariantCulture);

    private static string Coarse(TimeSpan length) =>
        length switch
        {
            { TotalMinutes: < 1 } => $"{Whole(length.TotalSeconds)} s",
            { TotalHours: < 1 } => $"{length.Minutes} min",
            { TotalDays: < 1 } => $"{length.Hours} h",
            _ => $"{Whole(Math.Floor(length.TotalDays))} d",
        };

    private static string Whole(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
