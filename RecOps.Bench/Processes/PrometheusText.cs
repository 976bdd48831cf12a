using System.Globalization;

namespace RecOps.Bench.Processes;

/// <summary>Reads values from the text of <c>/metrics</c>.</summary>
internal static class PrometheusText
{
    /// <summary>The sum over all series with a name, or over those with a certain label.</summary>
    /// <param name="label">In the text's form, such as <c>stage="ranking"</c>.</param>
    public static double Sum(string text, string name, string? label = null)
    {
        double sum = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(name, StringComparison.Ordinal) || line.Length == name.Length || line[name.Length] is not ('{' or ' '))
                continue;
            if (label is not null && !line.Contains(label, StringComparison.Ordinal))
                continue;
            ReadOnlySpan<char> rest = line[(Math.Max(name.Length - 1, line.LastIndexOf('}')) + 1)..].Trim();
            int end = rest.IndexOf(' ');
            sum += double.Parse(end < 0 ? rest : rest[..end], NumberStyles.Float, CultureInfo.InvariantCulture);
        }

        return sum;
    }
}
