namespace RecOps.Client.Telemetry.Charts;

/// <summary>One line of a chart.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Colour">One of the theme's colours; the same thing has the same colour in every chart.</param>
/// <param name="Values">One for each second, oldest first; null where there is nothing to show.</param>
public sealed record ChartSeries(string Name, ChartColour Colour, double?[] Values)
{
    /// <summary>The newest value, for the legend.</summary>
    public double? Now => Values.Length == 0 ? null : Values[^1];
}
