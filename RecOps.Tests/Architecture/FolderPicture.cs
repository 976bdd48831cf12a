namespace RecOps.Tests.Architecture;

/// <summary>The picture that stands after a project's table in docs/architecture.md.</summary>
internal static class FolderPicture
{
    private const string Arrow = " --> ";

    /// <summary>Arrows of the first Mermaid diagram after the head of the table; "A &amp; B --> C" is two.</summary>
    public static IEnumerable<(string From, string To)> Read(IEnumerable<string> lines, string project)
        => from line in lines.SkipWhile(line => line != FolderTable.HeadOf(project)).SkipWhile(line => line != "```mermaid").TakeWhile(line => line != "```")
           where line.Contains(Arrow, StringComparison.Ordinal)
           let sides = line.Split(Arrow)
           from source in sides[0].Split('&', StringSplitOptions.TrimEntries)
           from target in sides[1].Split('&', StringSplitOptions.TrimEntries)
           select (source, target);

    /// <summary>Arrows that do not follow from others, in a graph without circles.</summary>
    public static IEnumerable<(string From, string To)> Shortest(IReadOnlyCollection<(string From, string To)> arrows)
    {
        ILookup<string, string> next = arrows.ToLookup(arrow => arrow.From, arrow => arrow.To);
        return arrows.Where(arrow => !next[arrow.From].Any(step => step != arrow.To && Reaches(step, arrow.To)));

        bool Reaches(string from, string to) => next[from].Any(step => step == to || Reaches(step, to));
    }
}
