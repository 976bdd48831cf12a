using System.Globalization;
using System.Text;
using RecOps.Client.Shell;
using RecOps.Client.Telemetry.Charts;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry.Latency;

/// <summary>A heat map as text: its classes, a spreadsheet, a self-contained picture.</summary>
internal static class HeatText
{
    public const int PictureWidth = 1200;
    public const int PictureHeight = 400;
    private const int Left = 90;
    private const int Top = 44;
    private const int Right = 20;
    private const int Bottom = 34;

    /// <summary>The classes with a request, plus one on each side, fastest first.</summary>
    public static IEnumerable<(int Row, string Name)> Classes(LatencyMap map)
    {
        (int first, int last) = HeatCell.Filled(map);
        for (int row = first; row <= last; row++)
            yield return (row, Name(map, row));
    }

    /// <summary>As a spreadsheet reads it (RFC 4180): UTC times, requests by class.</summary>
    public static string Csv(LatencyMap map)
    {
        (int Row, string Name)[] classes = [.. Classes(map)];
        var text = new StringBuilder("time (UTC)");
        foreach ((_, string name) in classes)
            text.Append(CultureInfo.InvariantCulture, $",\"{name}\"");
        text.Append("\r\n");
        foreach (LatencyColumn column in map.Columns)
        {
            text.Append(ChartCsv.Time(column.Start));
            foreach ((int row, _) in classes)
                text.Append(CultureInfo.InvariantCulture, $",{column.Counts[row]}");
            text.Append("\r\n");
        }

        return text.ToString();
    }

    /// <summary>As SVG, with title and axes, for a download.</summary>
    public static string Picture(string title, LatencyMap map, DateTimeOffset from, int seconds, TimeZoneInfo zone, ChartTheme theme)
    {
        const int width = PictureWidth - Left - Right;
        const int height = PictureHeight - Top - Bottom;
        var svg = new StringBuilder();
        svg.Append(
                CultureInfo.InvariantCulture,
                $"""
                <svg xmlns="http://www.w3.org/2000/svg" width="{PictureWidth}" height="{PictureHeight}"
                 font-family="{ChartDrawing.FontFamily}" font-size="14" fill="{theme.Text}">
                """
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"""<rect width="100%" height="100%" fill="{theme.Surface}"/><text x="{Left}" y="26" font-size="16">{title}</text>"""
            )
            .Append(CultureInfo.InvariantCulture, $"""<path d="M{Left} {Top}v{height}h{width}" fill="none" stroke="{theme.Grid}"/>""");
        foreach (HeatCell cell in HeatCell.From(map, from, seconds))
            svg.Append(
                CultureInfo.InvariantCulture,
                $"""
                <rect x="{Left + (cell.X * width):0.##}" y="{Top + (cell.Y * height):0.##}"
                 width="{cell.Width * width:0.##}" height="{cell.Height * height:0.##}"
                 fill="{theme.Series[ChartColour.Blue]}" fill-opacity="{cell.Weight:0.###}"/>
                """
            );
        foreach ((double place, string label) in HeatCell.Axis(map, HeatCell.Filled(map)))
            svg.Append(
                CultureInfo.InvariantCulture,
                $"""<text x="{Left - 8}" y="{Top + (place * height) + 5:0.##}" text-anchor="end">{label}</text>"""
            );
        int step = seconds > 3600 ? 60 : 1;
        return svg.Append(
                CultureInfo.InvariantCulture,
                $"""<text x="{Left}" y="{PictureHeight - 10}">{TimeText.Point(from, step, zone)}</text>"""
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"""
                <text x="{PictureWidth - Right}" y="{PictureHeight - 10}" text-anchor="end">{TimeText.Point(
                    from.AddSeconds(seconds),
                    step,
                    zone
                )}</text></svg>
                """
            )
            .ToString();
    }

    private static string Name(LatencyMap map, int row) =>
        row switch
        {
            0 => $"to {Quantity.Milliseconds(map.BoundsMs[0])}",
            _ when row == map.BoundsMs.Length => $"over {Quantity.Milliseconds(map.BoundsMs[^1])}",
            _ => $"{Quantity.Milliseconds(map.BoundsMs[row - 1])} to {Quantity.Milliseconds(map.BoundsMs[row])}",
        };
}
