using RecOps.Client.Shell;

namespace RecOps.Client.Telemetry.Charts;

/// <summary>What a chart shows, ready to draw.</summary>
/// <param name="Times">One for each step, oldest first.</param>
/// <param name="Series">Each as long as <paramref name="Times"/>.</param>
public sealed record ChartData(ChartUnit Unit, DateTimeOffset[] Times, ChartSeries[] Series)
{
    /// <summary>From one point to the next.</summary>
    public int StepSeconds { get; init; } = 1;

    /// <summary>From the first point to the last.</summary>
    public TimeSpan Length => TimeSpan.FromSeconds(Times.Length * (double)StepSeconds);

    /// <summary>When something was done, oldest first; those outside the times are not drawn.</summary>
    public DateTimeOffset[] Marks { get; private init; } = [];

    /// <summary>The same with marks.</summary>
    public ChartData Marked(IEnumerable<DateTimeOffset> moments) =>
        Times.Length == 0 ? this : this with { Marks = [.. moments.Where(moment => moment >= Times[0] && moment <= Times[^1]).Order()] };

    /// <summary>False when no series has a single value in the whole range.</summary>
    public bool HasValues => Series.Any(series => series.Values.Any(value => value is not null));

    /// <summary>Where the vertical axis ends; null where the data does.</summary>
    public double? Ceiling { get; } = Unit == ChartUnit.Milliseconds ? ChartCeiling.Of(Series, Times.Length) : null;

    /// <summary>The highest value.</summary>
    public double? Peak => Series.Max(series => series.Values.Max());

    /// <summary>A value as the legend shows it.</summary>
    public Quantity Show(double? value) =>
        Unit switch
        {
            ChartUnit.PerSecond => Quantity.PerSecond(value),
            ChartUnit.Milliseconds or ChartUnit.StackedMilliseconds => Quantity.Milliseconds(value),
            ChartUnit.Count => Quantity.Number(value),
            ChartUnit.Bytes => Quantity.Bytes((long?)value),
            ChartUnit.Watts => new Quantity(Quantity.Number(value).Value, "W"),
            _ => Quantity.Percent(value),
        };
}
