using System.Text.RegularExpressions;
using Xunit;

namespace RecOps.Tests.Architecture;

/// <summary>The folder dependencies that docs/architecture.md allows in a project.</summary>
internal sealed partial class FolderTable
{
    private readonly Dictionary<string, string[]> _rows;

    private FolderTable(Dictionary<string, string[]> rows) => _rows = rows;

    public IEnumerable<string> Folders => _rows.Keys;

    public IEnumerable<(string From, string To)> Arrows => _rows.SelectMany(row => row.Value.Select(to => (row.Key, to)));

    /// <summary>The header of a project's table.</summary>
    public static string HeadOf(string project) => $"| folder of {project} | what it is for | may use |";

    /// <param name="lines">Lines of the document.</param>
    public static FolderTable Read(IEnumerable<string> lines, string project)
    {
        Dictionary<string, string[]> rows = new(StringComparer.Ordinal);
        foreach (string line in lines.SkipWhile(line => line != HeadOf(project)).Skip(2).TakeWhile(line => line.StartsWith('|')))
        {
            Match row = Row().Match(line);
            Assert.True(row.Success, $"This is no row of a folder, its purpose and the folders that it may use: {line}");
            rows.Add(row.Groups["folder"].Value, [.. row.Groups["uses"].Value.Split(", ").Where(name => name != "–")]);
        }

        Assert.NotEmpty(rows);
        return new(rows);
    }

    /// <returns>Folders that form a cycle, with the first one repeated at the end; empty when there is none.</returns>
    public IReadOnlyList<string> Circle()
    {
        HashSet<string> done = new(StringComparer.Ordinal);
        List<string> way = [];
        return _rows.Keys.Any(folder => Closes(folder, way, done)) ? way : [];
    }

    private bool Closes(string folder, List<string> way, HashSet<string> done)
    {
        int met = way.IndexOf(folder);
        way.Add(folder);
        if (met >= 0)
        {
            way.RemoveRange(0, met);
            return true;
        }

        if (!done.Contains(folder) && _rows.GetValueOrDefault(folder, []).Any(next => Closes(next, way, done)))
            return true;
        way.RemoveAt(way.Count - 1);
        done.Add(folder);
        return false;
    }

    [GeneratedRegex(@"^\| `(?<folder>\w+)/` \| .+ \| (?<uses>–|\w+(, \w+)*) \|$")]
    private static partial Regex Row();
}
