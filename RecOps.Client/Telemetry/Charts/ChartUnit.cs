namespace RecOps.Client.Telemetry.Charts;

/// <summary>What the vertical axis measures.</summary>
public enum ChartUnit
{
    PerSecond,
    Milliseconds,

    /// <summary>Percent; the series are stacked.</summary>
    Share,

    /// <summary>Percent, each series by itself.</summary>
    Percent,

    /// <summary>Milliseconds of each request, added up; the series are stacked.</summary>
    StackedMilliseconds,

    Count,
    Bytes,
    Watts,
}
