using System.Globalization;
using System.Text;

namespace RecOps.Client.Telemetry.Charts;

/// <summary>A chart as a spreadsheet reads it (RFC 4180): UTC times, plain numbers, empty where there is no data.</summary>
internal static class ChartCsv
{
    public static string Of(ChartData data)
    {
        string unit = data.Unit switch
        {
            ChartUnit.PerSecond => "per second",
            ChartUnit.Milliseconds => "ms",
            ChartUnit.Share or ChartUnit.Percent => "%",
            ChartUnit.Bytes => "bytes",
            ChartUnit.Watts => "W",
            _ => "",
        };
        var text = new StringBuilder("time (UTC)");
        foreach (ChartSeries series in data.Series)
            text.Append(',').Append(Quoted(unit.Length == 0 ? series.Name : $"{series.Name} ({unit})"));
        text.Append("\r\n");
        for (int row = 0; row < data.Times.Length; row++)
        {
            text.Append(Time(data.Times[row]));
            foreach (ChartSeries series in data.Series)
                text.Append(',').Append(series.Values[row]?.ToString("0.######", CultureInfo.InvariantCulture));
            text.Append("\r\n");
        }

        return text.ToString();
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The name of a download, without its extension.</summary>
    public static string FileName(string title) =>
        $"recops {title}".ToLowerInvariant().Replace(", ", "-", StringComparison.Ordinal).Replace(' ', '-');

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
