using System.Globalization;
using System.Text;

namespace RecOps.Bench.Reports;

/// <summary>A page of docs/benchmarks: what was measured, where, when and by which command. Additions are printed immediately.</summary>
internal sealed class Report
{
    private readonly StringBuilder _page = new();
    private readonly string _suite;
    private readonly TextWriter _console;

    /// <param name="suite">Name of the suite and of the file.</param>
    /// <param name="command">As the user would type it, after <c>--</c>.</param>
    public Report(string suite, string title, string command, TextWriter console)
    {
        (_suite, _console) = (suite, console);
        Write($"# {title}\n");
        Write($"{Machine.Describe()}. {DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.\n");
        Write($"```bash\ndotnet run -c Release --project RecOps.Bench -- {command}\n```\n");
    }

    public void Heading(string text) => Write($"## {text}\n");

    public void Paragraph(string text) => Write($"{text}\n");

    /// <summary>The first column is text, the others are numbers.</summary>
    public void Table(string[] header, IEnumerable<string[]> rows)
    {
        string[][] lines = [header, .. rows];
        int[] widths = [.. header.Select((_, column) => lines.Max(line => line[column].Length))];
        var text = new StringBuilder();
        text.AppendLine(Line(header, widths));
        text.AppendLine(
            "|"
                + string.Join('|', widths.Select((width, i) => i == 0 ? new string('-', width + 2) : new string('-', width + 1) + ":"))
                + "|"
        );
        foreach (string[] line in lines.Skip(1))
            text.AppendLine(Line(line, widths));
        Write(text.ToString());
    }

    /// <returns>Path of the file.</returns>
    public string Save(string directory)
    {
        Directory.CreateDirectory(directory);
        string path = Path.Combine(directory, $"{_suite}.md");
        File.WriteAllText(path, _page.ToString().TrimEnd() + "\n");
        _console.WriteLine($"Written to {path}.");
        return path;
    }

    private static string Line(string[] cells, int[] widths) =>
        $"| {string.Join(" | ", cells.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])))} |";

    private void Write(string text)
    {
        _page.Append(text).Append('\n');
        _console.WriteLine(text);
    }
}
