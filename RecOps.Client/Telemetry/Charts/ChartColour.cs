namespace RecOps.Client.Telemetry.Charts;

/// <summary>The colours a series can wear; <see cref="ChartTheme"/> says what they look like.</summary>
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
