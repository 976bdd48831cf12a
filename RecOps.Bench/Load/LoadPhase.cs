using System.Globalization;

namespace RecOps.Bench.Load;

/// <summary>A part of a run with a constant rate.</summary>
/// <param name="Rate">Requests per second; 0 sends nothing. Ignored in a closed loop.</param>
/// <param name="Seconds">Length of the phase.</param>
internal readonly record struct LoadPhase(double Rate, double Seconds)
{
    /// <summary>Parses the command line's form: <c>1500x60</c>.</summary>
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
