using System.Globalization;
using System.Text;
using System.Text.Json;
using RecOps.Server.Hosting.Problems;
using RecOps.Server.Rules.Validation;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules;

/// <summary>The cells of one row by column, with their mistakes. An empty cell counts as absent.</summary>
/// <param name="hasDecimalComma">Whether the file uses semicolons as separators, and so decimal commas.</param>
internal sealed class CsvCells(string[] header, string[] values, int row, bool hasDecimalComma, List<RuleError> errors)
{
    // How spreadsheets write true and false in the most spoken languages of Europe.
    private static readonly string[] Yes = ["true", "1", "wahr", "vrai", "verdadero", "vero", "waar", "prawda"];
    private static readonly string[] No = ["false", "0", "falsch", "faux", "falso", "onwaar", "fałsz"];

    private const string Thousands = "is ambiguous: thousands or a fraction. Write 1000 for a thousand, and 1,0 for one.";

    /// <summary>The raw text, with its blanks.</summary>
    public string? Raw(string column)
    {
        int index = Array.IndexOf(header, column);
        return index < 0 || values[index].Length == 0 ? null : values[index];
    }

    public string? Text(string column) => Raw(column)?.Trim() is { Length: > 0 } text ? text : null;

    public bool? Flag(string column) =>
        Text(column) switch
        {
            null => null,
            var text when Yes.Contains(text, StringComparer.OrdinalIgnoreCase) => true,
            var text when No.Contains(text, StringComparer.OrdinalIgnoreCase) => false,
            _ => Wrong<bool>(column, "must be true or false."),
        };

    public int? Whole(string column) =>
        Text(column) switch
        {
            null => null,
            var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) => value,
            _ => Wrong<int>(column, "must be a whole number."),
        };

    public double? Number(string column) =>
        Text(column) switch
        {
            null => null,
            var text when MayBeThousands(text) => Wrong<double>(column, Thousands),
            var text
                when double.TryParse(Decimal(text), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                    && double.IsFinite(value) => value,
            _ => Wrong<double>(column, "must be a number."),
        };

    public decimal? Money(string column) =>
        Text(column) switch
        {
            null => null,
            var text when MayBeThousands(text) => Wrong<decimal>(column, Thousands),
            var text
                when decimal.TryParse(
                    Decimal(text),
                    NumberStyles.Number & ~NumberStyles.AllowThousands,
                    CultureInfo.InvariantCulture,
                    out decimal value
                ) => value,
            _ => Wrong<decimal>(column, "must be a number."),
        };

    public string[]? Texts(string column) => Raw(column) is { } text ? [.. Split(text, '|').Select(Unescape)] : null;

    public int[]? Wholes(string column)
    {
        if (Texts(column) is not { } texts)
            return null;
        var numbers = new List<int>();
        foreach (string text in texts)
        {
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
                numbers.Add(number);
            else
                Wrong<int>(column, $"has '{text}', which is not a whole number.");
        }

        return [.. numbers];
    }

    /// <summary>Reads <c>colour=red|blue;size=L</c>.</summary>
    public Dictionary<string, string[]>? Attributes(string column)
    {
        if (Raw(column) is not { } text)
            return null;
        var all = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (string part in Split(text, ';').Where(part => !string.IsNullOrWhiteSpace(part)))
        {
            string name = Split(part, '=')[0];
            if (name.Length is 0 || name.Length == part.Length)
                Wrong<int>(column, $"has '{part}'; it must be like colour=red|blue;size=L.");
            else if (!all.TryAdd(Unescape(name), [.. Split(part[(name.Length + 1)..], '|').Select(Unescape)]))
                Wrong<int>(column, $"has '{Unescape(name)}' twice. List its values together, separated by a bar: colour=red|blue.");
        }

        return all;
    }

    public RuleSelection? Selection(string column)
    {
        if (Text(column) is not { } text)
            return null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(text, RuleChecks.Strict);
            return RuleReader.Selection(json.RootElement, $"row {row}, {column}", errors);
        }
        catch (JsonException error)
        {
            errors.Add(
                new RuleError(
                    $"row {row}, {column}",
                    JsonMistake.DuplicateIn(error) is { } twice
                        ? $"{column} has '{twice}' twice. Give it once."
                        : $"{column} must be JSON such as {{\"categories\":[\"…\"]}}."
                )
            );
            return null;
        }
    }

    /// <summary>A dot before three digits, where the comma is decimal: whoever wrote 1.000 meant a thousand.</summary>
    private bool MayBeThousands(string text) =>
        hasDecimalComma
        && text.LastIndexOf('.') is >= 0 and var dot
        && text.Length - dot == 4
        && !text.Contains(',', StringComparison.Ordinal);

    private string Decimal(string text) => hasDecimalComma ? text.Replace(',', '.') : text;

    /// <summary>Splits a text at separators without a backslash in front; backslashes stay.</summary>
    private static List<string> Split(string text, char separator)
    {
        var parts = new List<string>();
        int begin = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == separator)
            {
                parts.Add(text[begin..i]);
                begin = i + 1;
            }
        }

        parts.Add(text[begin..]);
        return parts;
    }

    /// <summary>Removes backslashes, and unescaped blanks at both ends.</summary>
    private static string Unescape(string text)
    {
        var value = new StringBuilder();
        int end = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bool isEscaped = text[i] == '\\' && i + 1 < text.Length;
            if (isEscaped)
                i++;
            if (!isEscaped && char.IsWhiteSpace(text[i]) && value.Length == 0)
                continue;
            value.Append(text[i]);
            if (isEscaped || !char.IsWhiteSpace(text[i]))
                end = value.Length;
        }

        return value.ToString(0, end);
    }

    private T? Wrong<T>(string column, string what)
        where T : struct
    {
        errors.Add(new RuleError($"row {row}, {column}", $"{column} {what}"));
        return null;
    }
}
