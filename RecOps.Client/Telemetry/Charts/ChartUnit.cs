namespace RecOps.Client.Telemetry.Charts;

/// <summary>What the vertical axis measures.</summary>
public enum ChartUnit
{
    PerSecond,
    Milliseconds,

    /// <summary>Parts of a hundred; the series are stacked.</summary>
    Share,
}
