namespace RecOps.Client.Telemetry.Charts;

/// <summary>How to get from the drawn chart to the new one.</summary>
internal enum ChartStepKind
{
    /// <summary>They are the same.</summary>
    None,

    /// <summary>The same lines moved on by some seconds: add those on the right, drop as many on the left.</summary>
    Extend,

    /// <summary>Anything else: draw again.</summary>
    Redraw,
}

/// <summary>
/// Decides the cheapest way to bring a chart up to date. Sending ten minutes of six lines through the interop layer once a
/// second is what makes a browser tab hot; sending one second is not noticeable.
/// </summary>
/// <param name="Seconds">How many points to add, when extending.</param>
internal readonly record struct ChartStep(ChartStepKind Kind, int Seconds)
{
    /// <summary>Beyond this many new points a redraw costs no more.</summary>
    public const int MaxExtend = 15;

    public static ChartStep Between(ChartData? drawn, ChartData next)
    {
        ChartStep redraw = new(ChartStepKind.Redraw, 0);
        if (
            drawn is null
            || drawn.Times.Length != next.Times.Length
            || next.Times.Length == 0
            || drawn.StepSeconds != next.StepSeconds
            || drawn.Ceiling != next.Ceiling
            || !drawn.Marks.SequenceEqual(next.Marks)
            || !drawn.Series.Select(series => series.Name).SequenceEqual(next.Series.Select(series => series.Name))
        )
        {
            return redraw;
        }

        // There are no lines to extend; the chart library refuses to.
        if (next.Series.Length == 0)
            return new(ChartStepKind.None, 0);

        double moved = (next.Times[^1] - drawn.Times[^1]).TotalSeconds / next.StepSeconds;
        if (moved is < 0 or > MaxExtend || moved >= next.Times.Length || moved != Math.Floor(moved))
            return redraw;

        // Late arrivals change what is already drawn; so does another percentile under the same names.
        int seconds = (int)moved;
        for (int i = 0; i < next.Series.Length; i++)
        {
            if (!drawn.Series[i].Values.AsSpan(seconds).SequenceEqual(next.Series[i].Values.AsSpan(0, next.Times.Length - seconds)))
                return redraw;
        }

        return new(seconds == 0 ? ChartStepKind.None : ChartStepKind.Extend, seconds);
    }
}
