using RecOps.Client.Shell;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry.Latency;

/// <summary>One cell of a heat map, as fractions of its area.</summary>
/// <param name="Weight">How strongly it is coloured, 0 to 1.</param>
/// <param name="FromMs">Lower bound of the class; 0 for the fastest.</param>
/// <param name="ToMs">Upper bound; null for the slowest.</param>
internal sealed record HeatCell(
    double X,
    double Y,
    double Width,
    double Height,
    double Weight,
    DateTimeOffset Time,
    int StepSeconds,
    double FromMs,
    double? ToMs,
    long Count
)
{
    private const double Faintest = 0.12;

    public static List<HeatCell> From(LatencyMap map, DateTimeOffset from, int seconds)
    {
        var cells = new List<HeatCell>();
        (int first, int last) = Filled(map);
        int rows = last - first + 1;
        long most = map.Columns.Length == 0 ? 0 : map.Columns.Max(column => column.Counts.Max());
        foreach (LatencyColumn column in map.Columns)
        {
            double x = (column.Start - from).TotalSeconds / seconds;
            if (x is < 0 or >= 1)
                continue;

            for (int row = first; row <= last; row++)
            {
                if (column.Counts[row] == 0)
                    continue;

                // Logarithmic, so that a few slow requests among many fast ones are visible.
                double weight = most <= 1 ? 1 : Faintest + ((1 - Faintest) * Math.Log(column.Counts[row]) / Math.Log(most));
                cells.Add(
                    new HeatCell(
                        x,
                        (last - row) / (double)rows,
                        (double)map.StepSeconds / seconds,
                        1.0 / rows,
                        weight,
                        column.Start,
                        map.StepSeconds,
                        row == 0 ? 0 : map.BoundsMs[row - 1],
                        row < map.BoundsMs.Length ? map.BoundsMs[row] : null,
                        column.Counts[row]
                    )
                );
            }
        }

        return cells;
    }

    /// <summary>The first and last class with a request, plus one on each side.</summary>
    public static (int First, int Last) Filled(LatencyMap map)
    {
        int[] filled =
        [
            .. Enumerable.Range(0, map.BoundsMs.Length + 1).Where(row => Array.Exists(map.Columns, column => column.Counts[row] > 0)),
        ];
        return filled.Length == 0 ? (0, 0) : (Math.Max(0, filled[0] - 1), Math.Min(map.BoundsMs.Length, filled[^1] + 1));
    }

    /// <summary>A few labels of the axis, with their places from the top.</summary>
    public static IEnumerable<(double Place, string Label)> Axis(LatencyMap map, (int First, int Last) rows)
    {
        int count = rows.Last - rows.First + 1;
        int every = Math.Max(1, (int)Math.Ceiling(count / 6.0));
        for (int row = rows.First; row < Math.Min(rows.Last, map.BoundsMs.Length); row += every)
            yield return ((rows.Last - row) / (double)count, Quantity.Milliseconds(map.BoundsMs[row]).ToString());
    }

    /// <summary>The tooltip.</summary>
    public string About(TimeZoneInfo zone) =>
        $"{TimeText.Point(Time, StepSeconds, zone)}: {Quantity.Of(Count, "request")} of {Quantity.Milliseconds(FromMs)} to "
        + $"{(ToMs is { } to ? Quantity.Milliseconds(to) : "more")}";
}
