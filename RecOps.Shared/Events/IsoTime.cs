using System.Globalization;
using System.Text.RegularExpressions;

namespace RecOps.Shared.Events;

/// <summary>
/// Times as ISO 8601 writes them: 2026-05-04, 2026-05-04T10:00 and so on, with Z, an offset, or neither for UTC. The framework's own
/// parsing also accepts 10:00 as today and 05/04/2026 as a day in May.
/// </summary>
public static partial class IsoTime
{
    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        return text is not null
            && Form().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }

    [GeneratedRegex(@"\A\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}(:?\d{2})?)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
