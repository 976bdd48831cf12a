using System.Globalization;
using System.Text;
using System.Text.Json;
using RecOps.Server.Rules.Validation;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules;

/// <summary>The cells of one row by column, with what is wrong with them. An empty cell is one that is not there.</summary>
internal sealed class CsvCells(string[] header, string[] values, int row, List<RuleError> errors)
{
    public string? Text(string column)
    {
        int index = Array.IndexOf(header, column);
        return index < 0 || values[index].Length == 0 ? null : values[index];
    }

    public bool? Flag(string column) => Text(column) switch
    {
        null => null,
        var text when bool.TryParse(text, out bool value) => value,
        "1" => true,
        "0" => false,
        _ => Wrong<bool>(column, "must be true or false."),
    };

    public int? Whole(string column) => Text(column) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) => value,
        _ => Wrong<int>(column, "must be a whole number."),
    };

    public double? Number(string column) => Text(column) switch
    {
        null => null,
        var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) => value,
        _ => Wrong<double>(column, "must be a number."),
    };

    public decimal? Money(string column) => Text(column) switch
    {
        null => null,
        var text when decimal.TryParse(text, NumberStyles.Number & ~NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out decimal value) => value,
        _ => Wrong<decimal>(column, "must be a number."),
    };

    public string[]? Texts(string column) => Text(column) is { } text ? Split(text, '|') : null;

    public int[]? Wholes(string column)
    {
        if (Texts(column) is not { } texts) return null;
        var numbers = new List<int>();
        foreach (string text in texts)
        {
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)) numbers.Add(number);
            else Wrong<int>(column, $"has '{text}', which is no whole number.");
        }

        return [.. numbers];
    }

    /// <summary>As <c>colour=red|blue;size=L</c>.</summary>
    public Dictionary<string, string[]>? Attributes(string column)
    {
        if (Text(column) is not { } text) return null;
        var all = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (string part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) Wrong<int>(column, $"has '{part}'; it must be like colour=red|blue;size=L.");
            else all[part[..equals]] = Split(part[(equals + 1)..], '|');
        }

        return all;
    }

    public RuleSelection? Selection(string column)
    {
        if (Text(column) is not { } text) return null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return RuleReader.Selection(json.RootElement, $"row {row}, {column}", errors);
        }
        catch (JsonException)
        {
            errors.Add(new RuleError($"row {row}, {column}", $"{column} must be JSON such as {{\"categories\":[\"…\"]}}."));
            return null;
        }
    }

    private static string[] Split(string text, char separator)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
            {
                part.Append(text[++i]);
            }
            else if (text[i] == separator)
            {
                parts.Add(part.ToString().Trim());
                part.Clear();
            }
            else
            {
                part.Append(text[i]);
            }
        }

        parts.Add(part.ToString().Trim());
        return [.. parts];
    }

    private T? Wrong<T>(string column, string what)
        where T : struct
    {
        errors.Add(new RuleError($"row {row}, {column}", $"{column} {what}"));
        return null;
    }
}
