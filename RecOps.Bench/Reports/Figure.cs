using System.Globalization;

namespace RecOps.Bench.Reports;

/// <summary>Formats numbers for reports, with no more digits than are meaningful.</summary>
internal static class Figure
{
    public const string None = "–";

    public static string Rate(double perSecond) => perSecond.ToString(perSecond < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Ms(double? milliseconds) =>
        milliseconds?.ToString(
            milliseconds < 10 ? "0.00"
                : milliseconds < 100 ? "0.0"
                : "0",
            CultureInfo.InvariantCulture
        ) ?? None;

    public static string Micros(double seconds) => (seconds * 1e6).ToString("#,0.0", CultureInfo.InvariantCulture);

    public static string Ratio(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Share(double part, double whole) =>
        whole == 0 ? None : (part / whole).ToString("0.0%", CultureInfo.InvariantCulture);

    public static string Megabytes(long bytes) => (bytes / 1048576.0).ToString("#,0", CultureInfo.InvariantCulture);

    public static string Seconds(double seconds) => seconds.ToString("0.0", CultureInfo.InvariantCulture);
}
