namespace RecOps.Client.Telemetry.Charts;

/// <summary>The colours of series; <see cref="ChartTheme"/> defines them.</summary>
public enum ChartColour
{
    Blue,
    Teal,
    Amber,
    Violet,
    Red,
    Pink,
    Grey,
    Faint,
}
