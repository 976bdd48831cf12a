using System.Globalization;

namespace RecOps.Bench.Load;

/// <summary>A stretch of a run with one rate.</summary>
/// <param name="Rate">Requests a second; 0 sends nothing. Without meaning in a closed loop.</param>
/// <param name="Seconds">How long.</param>
internal readonly record struct LoadPhase(double Rate, double Seconds)
{
    /// <summary>As the command line has it: <c>1500x60</c>.</summary>
    public static bool TryParse(string text, out LoadPhase phase)
    {
        phase = default;
        int at = text.IndexOf('x', StringComparison.Ordinal);
        if (
            at < 0
            || !double.TryParse(text.AsSpan(0, at), NumberStyles.Float, CultureInfo.InvariantCulture, out double rate)
            || !double.TryParse(text.AsSpan(at + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            || !(rate >= 0)
            || !(seconds > 0)
            || !double.IsFinite(rate)
            || !double.IsFinite(seconds)
        )
            return false;
        phase = new LoadPhase(rate, seconds);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rate:0.###}x{Seconds:0.###}");
}
