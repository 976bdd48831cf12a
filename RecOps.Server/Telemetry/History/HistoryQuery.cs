using System.Globalization;
using RecOps.Server.Hosting.Http;
using RecOps.Serving.Validation;

namespace RecOps.Server.Telemetry.History;

/// <summary>Which time range, in windows of which length.</summary>
internal readonly record struct HistoryQuery(DateTimeOffset From, DateTimeOffset To, int StepSeconds)
{
    private const int MostWindows = 3_600;
    private const int LongestStep = 24 * 60 * 60;
    private const int DefaultStep = 10;
    private static readonly TimeSpan DefaultLength = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Reads it from a query string: a <see cref="QueryStretch"/>, and seconds. The default is the last ten minutes, in windows of 10 s.
    /// </summary>
    public static HistoryQuery Parse(string? from, string? to, string? last, string? step, DateTimeOffset now, ref FieldErrors errors)
    {
        (DateTimeOffset begin, DateTimeOffset end) = QueryStretch.Read(from, to, last, DefaultLength, now, ref errors);
        if (!errors.Any && begin >= end)
            errors.Add("from", $"from is {begin:O}; it must be before to, which is {end:O}.");
        int seconds = DefaultStep;
        bool isNumber = string.IsNullOrEmpty(step) || int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out seconds);
        if (!isNumber || seconds is < 1 or > LongestStep)
            errors.Add("step", $"step is '{step}'; it must be 1 to {LongestStep} seconds.");
        else if (!errors.Any && Kept(begin, end, now, seconds) > MostWindows)
            errors.Add("step", $"step is {seconds} s, which makes more than {MostWindows} windows. Use a longer step or a shorter range.");
        return new HistoryQuery(begin, end, seconds);
    }

    /// <summary>Upper bound of the windows in it.</summary>
    private static double Kept(DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, int step)
    {
        DateTimeOffset oldest = now.AddMinutes(-Timeline.KeptMinutes);
        return ((to < now ? to : now) - (from > oldest ? from : oldest)).TotalSeconds / step;
    }
}
