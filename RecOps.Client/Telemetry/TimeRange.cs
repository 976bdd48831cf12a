namespace RecOps.Client.Telemetry;

/// <summary>How far back charts reach and at which resolution: what fits a chart's width and what the server keeps.</summary>
internal static class TimeRange
{
    /// <summary>Minutes that can be chosen.</summary>
    public static readonly int[] Minutes = [1, 5, 10, 60, 360, 1440, 2880];

    /// <summary>Up to here the live feed has every second.</summary>
    public const int LongestLive = TelemetryFrame.MaxSeconds / 60;

    /// <summary>Seconds between refreshes of a live view that can be chosen.</summary>
    public static readonly int[] Refreshes = [1, 5, 30, 60];

    public static readonly (int, string)[] Options = [.. Minutes.Select(minutes => (minutes, Name(minutes)))];

    /// <summary>Seconds that one point of a chart stands for.</summary>
    public static int Step(int minutes) =>
        minutes switch
        {
            <= LongestLive => 1,
            <= 60 => 10,
            <= 360 => 60,
            <= 1440 => 300,
            _ => 600,
        };

    public static string Name(int minutes) => minutes < 60 ? $"{minutes} min" : $"{minutes / 60} h";
}
