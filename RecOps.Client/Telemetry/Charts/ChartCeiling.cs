namespace RecOps.Client.Telemetry.Charts;

/// <summary>
/// Where a latency axis ends when a few slow seconds would flatten all the others into a line at the bottom. Higher values run off
/// the top, and the chart shows the peak.
/// </summary>
internal static class ChartCeiling
{
    /// <summary>With fewer seconds there is no typical value.</summary>
    private const int FewestSeconds = 20;

    /// <summary>The percentage of seconds that set the scale: what lasts longer than the rest is not an outlier.</summary>
    private const double UsualShare = 0.95;

    /// <summary>A peak up to this many times the typical value is still drawn in full.</summary>
    private const double Tolerated = 4;

    /// <returns>Null when the axis may end where the data does.</returns>
    public static double? Of(ChartSeries[] series, int seconds)
    {
        double[] tops =
        [
            .. Enumerable.Range(0, seconds).Select(second => series.Max(line => line.Values[second])).OfType<double>().Order(),
        ];
        if (tops.Length < FewestSeconds)
            return null;

        double usual = tops[(int)(UsualShare * (tops.Length - 1))];
        return usual <= 0 || tops[^1] <= Tolerated * usual ? null : Round(2 * usual);
    }

    /// <summary>Up to 1, 2 or 5 times a power of ten, so that the axis does not change with every second.</summary>
    private static double Round(double value)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return (value / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }
}
