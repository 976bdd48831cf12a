using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsvHelper;
using RecOps.Serving.Validation;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules;

/// <summary>
/// Rules as a table, one per row, for editing in a spreadsheet. Several values in a cell are separated by a bar. A backslash escapes a bar,
/// a backslash, the separators of attributes (equals sign and semicolon), and blanks at the ends of a value. Files are read with commas or,
/// as spreadsheets save them where the comma is decimal, with semicolons and decimal commas.
/// </summary>
internal static partial class RuleCsv
{
    private const char Bar = '|';
    private const char Semicolon = ';';

    private static readonly CultureInfo DecimalComma = NewDecimalComma();

    private static readonly string[] Columns =
    [
        "id",
        "name",
        "enabled",
        "priority",
        "owner",
        "placements",
        "segments",
        "countries",
        "clusters",
        "viewing",
        "timeZone",
        "from",
        "to",
        "days",
        "startTime",
        "endTime",
        "categories",
        "brands",
        "items",
        "priceMin",
        "priceMax",
        "inStock",
        "attributes",
        "boughtWithinDays",
        "type",
        "strength",
        "position",
        "atOrAbove",
        "max",
        "by",
        "within",
    ];

    /// <param name="forDecimalComma">For spreadsheets where the comma is decimal: semicolons separate the cells.</param>
    public static byte[] Write(RuleDocument document, bool forDecimalComma = false)
    {
        using var text = new MemoryStream();

        // Without the byte order mark, spreadsheets read the file in a local code page.
        text.Write(Encoding.UTF8.Preamble);

        // Cells that a spreadsheet would run as a formula are marked here, so that an export imports unchanged. The library's own marks
        // cannot be told from an apostrophe in the text.
        using (
            CsvWriter csv = CsvWriter.Create(
                text,
                new CsvWriterOptions { Injection = CsvInjection.None, Separator = forDecimalComma ? Semicolon : ',' },
                leaveOpen: true
            )
        )
        {
            csv.WriteRecord(Columns);
            foreach (Rule rule in document.Rules)
                csv.WriteRecord(RowOf(rule, forDecimalComma).Select(CsvFormula.Mark).ToArray());
        }

        return text.ToArray();
    }

    /// <param name="errors">Mistakes in cells; the validator finds mistakes in rules.</param>
    /// <param name="rows">Row in the file of each rule.</param>
    public static RuleDocument Read(string text, List<RuleError> errors, out int[] rows)
    {
        var rules = new List<Rule>();
        var numbers = new List<int>();
        rows = [];
        char separator = SeparatorOf(text);
        using CsvReader csv = CsvReader.Create(
            Encoding.UTF8.GetBytes(text),
            new CsvReaderOptions
            {
                Separator = separator,
                TrimWhitespace = false,
                TrackLineNumbers = true,
                MalformedData = CsvMalformedDataHandling.Skip,
                OnMalformedRecord = record =>
                    errors.Add(new RuleError($"row {record.LineNumber}", $"The row cannot be read ({record.Reason}). Check its quotes.")),
            }
        );
        csv.ReadHeader();
        string[] header = [.. csv.Headers.Select(name => name.Trim().TrimStart('\uFEFF'))];
        foreach (string missing in ((string[])["id", "name", "type"]).Except(header))
            errors.Add(new RuleError("row 1", $"The column '{missing}' is missing."));
        foreach (string unknown in header.Except(Columns))
            errors.Add(new RuleError("row 1", UnknownName.Describe("column", unknown, Columns)));
        foreach (string twice in header.GroupBy(name => name).Where(same => same.Count() > 1).Select(same => same.Key))
            errors.Add(new RuleError("row 1", $"The column '{twice}' appears twice. Merge the two."));
        if (errors.Count > 0)
            return RuleDocument.Empty;
        while (csv.Read())
        {
            int number = (int)csv.LineNumber;
            if (csv.FieldCount != header.Length)
            {
                errors.Add(
                    new RuleError(
                        $"row {number}",
                        $"The row has {csv.FieldCount} fields, but the header has {header.Length}. Quote values that contain the separator "
                            + $"'{separator}'."
                    )
                );
                continue;
            }

            string[] values = [.. Enumerable.Range(0, header.Length).Select(csv.GetString)];
            if (Array.TrueForAll(values, string.IsNullOrWhiteSpace))
                continue;
            var cells = new CsvCells(
                header,
                Array.ConvertAll(values, CsvFormula.Unmark),
                number,
                hasDecimalComma: separator == Semicolon,
                errors
            );
            rules.Add(RuleOf(cells));
            numbers.Add(number);
        }

        rows = [.. numbers];
        return new RuleDocument { Rules = [.. rules] };
    }

    /// <summary>Column names contain neither, so the first line shows which one separates cells.</summary>
    private static char SeparatorOf(string text)
    {
        int end = text.AsSpan().IndexOfAny('\r', '\n');
        return text.AsSpan(0, end < 0 ? text.Length : end).Contains(Semicolon) ? Semicolon : ',';
    }

    /// <summary>Translates a path in a document to its place in the table.</summary>
    public static RuleError InTable(RuleError error, int[] rows)
    {
        int end = error.Path.IndexOf(']', StringComparison.Ordinal);
        if (
            !error.Path.StartsWith("rules[", StringComparison.Ordinal)
            || end < 0
            || !int.TryParse(error.Path.AsSpan(6, end - 6), NumberStyles.None, CultureInfo.InvariantCulture, out int rule)
            || rule >= rows.Length
        )
            return error;
        string field = error.Path[(end + 1)..].TrimStart('.');
        foreach (string part in (string[])["when.", "schedule.", "select.", "then."])
        {
            if (field.StartsWith(part, StringComparison.Ordinal))
                field = field[part.Length..];
        }

        field = field.Replace("price.min", "priceMin", StringComparison.Ordinal).Replace("price.max", "priceMax", StringComparison.Ordinal);
        string message = RuleInText()
            .Replace(
                error.Message,
                other =>
                    int.Parse(other.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var at && at < rows.Length
                        ? $"row {rows[at]}"
                        : other.Value
            );
        return error with { Path = field.Length == 0 ? $"row {rows[rule]}" : $"row {rows[rule]}, {field}", Message = message };
    }

    /// <summary>The row of the table with the mistake; 0 for the whole table.</summary>
    public static int RowOf(RuleError error)
    {
        const string row = "row ";
        if (!error.Path.StartsWith(row, StringComparison.Ordinal))
            return 0;
        int end = error.Path.IndexOf(',', StringComparison.Ordinal);
        return int.TryParse(
            error.Path.AsSpan(row.Length, (end < 0 ? error.Path.Length : end) - row.Length),
            CultureInfo.InvariantCulture,
            out int number
        )
            ? number
            : 0;
    }

    private static Rule RuleOf(CsvCells cells)
    {
        var schedule = new RuleSchedule
        {
            TimeZone = cells.Text("timeZone") ?? "",
            From = cells.Text("from"),
            To = cells.Text("to"),
            Days = cells.Texts("days"),
            StartTime = cells.Text("startTime"),
            EndTime = cells.Text("endTime"),
        };
        var when = new RuleCondition
        {
            Placements = cells.Texts("placements"),
            Segments = cells.Texts("segments"),
            Countries = cells.Texts("countries"),
            Clusters = cells.Wholes("clusters"),
            Viewing = cells.Selection("viewing"),
            Schedule = schedule == new RuleSchedule() ? null : schedule,
        };
        (decimal? min, decimal? max) = (cells.Money("priceMin"), cells.Money("priceMax"));
        var select = new RuleSelection
        {
            Categories = cells.Texts("categories"),
            Brands = cells.Texts("brands"),
            Items = cells.Texts("items"),
            Price = min is null && max is null ? null : new PriceRange { Min = min, Max = max },
            InStock = cells.Flag("inStock"),
            Attributes = cells.Attributes("attributes"),
            BoughtWithinDays = cells.Whole("boughtWithinDays"),
        };
        return new Rule
        {
            Id = cells.Text("id") ?? "",
            Name = cells.Raw("name") ?? "",
            Enabled = cells.Flag("enabled") ?? true,
            Priority = cells.Whole("priority") ?? 0,
            Owner = cells.Raw("owner"),
            When = when == new RuleCondition() ? null : when,
            Select = select == new RuleSelection() ? null : select,
            Then = new RuleAction
            {
                Type = cells.Text("type") ?? "",
                Strength = cells.Number("strength"),
                Position = cells.Whole("position"),
                AtOrAbove = cells.Whole("atOrAbove"),
                Max = cells.Whole("max"),
                By = cells.Text("by"),
                Within = cells.Whole("within"),
            },
        };
    }

    private static string[] RowOf(Rule rule, bool forDecimalComma)
    {
        CultureInfo numbers = forDecimalComma ? DecimalComma : CultureInfo.InvariantCulture;
        RuleCondition when = rule.When ?? new RuleCondition();
        RuleSchedule schedule = when.Schedule ?? new RuleSchedule();
        RuleSelection select = rule.Select ?? new RuleSelection();
        return
        [
            rule.Id,
            rule.Name,
            Flag(rule.Enabled),
            Text<int>(rule.Priority),
            rule.Owner ?? "",
            Join(when.Placements),
            Join(when.Segments),
            Join(when.Countries),
            Join(when.Clusters?.Select(cluster => cluster.ToString(CultureInfo.InvariantCulture))),
            when.Viewing is null ? "" : JsonSerializer.Serialize(when.Viewing, RuleContracts.Default.RuleSelection),
            schedule.TimeZone,
            schedule.From ?? "",
            schedule.To ?? "",
            Join(schedule.Days),
            schedule.StartTime ?? "",
            schedule.EndTime ?? "",
            Join(select.Categories),
            Join(select.Brands),
            Join(select.Items),
            Text(select.Price?.Min, numbers),
            Text(select.Price?.Max, numbers),
            Flag(select.InStock),
            select.Attributes is null
                ? ""
                : string.Join(Semicolon, select.Attributes.Select(pair => $"{Escape(pair.Key)}={Join(pair.Value)}")),
            Text(select.BoughtWithinDays),
            rule.Then.Type,
            Text(rule.Then.Strength, numbers),
            Text(rule.Then.Position),
            Text(rule.Then.AtOrAbove),
            Text(rule.Then.Max),
            rule.Then.By ?? "",
            Text(rule.Then.Within),
        ];
    }

    private static string Join(IEnumerable<string>? values) => values is null ? "" : string.Join(Bar, values.Select(Escape));

    private static string Escape(string value)
    {
        var escaped = new StringBuilder();
        for (int i = 0; i < value.Length; i++)
        {
            bool isAtEnd = i == 0 || i == value.Length - 1;
            if (value[i] is Bar or '\\' or '=' or Semicolon || (isAtEnd && char.IsWhiteSpace(value[i])))
                escaped.Append('\\');
            escaped.Append(value[i]);
        }

        return escaped.ToString();
    }

    /// <summary>Not a country's culture, which a server may lack.</summary>
    private static CultureInfo NewDecimalComma()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        return CultureInfo.ReadOnly(culture);
    }

    [GeneratedRegex(@"rules\[(\d{1,6})\]", RegexOptions.CultureInvariant)]
    private static partial Regex RuleInText();

    private static string Flag(bool? value) =>
        value switch
        {
            true => "true",
            false => "false",
            _ => "",
        };

    private static string Text<T>(T? value, CultureInfo? culture = null)
        where T : struct, IFormattable => value?.ToString(null, culture ?? CultureInfo.InvariantCulture) ?? "";
}
