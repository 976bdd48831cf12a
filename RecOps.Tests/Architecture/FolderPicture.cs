namespace RecOps.Tests.Architecture;

/// <summary>The diagram after a project's table in docs/architecture.md.</summary>
internal static class FolderPicture
{
    private const string Arrow = " --> ";

    /// <summary>Arrows of the Mermaid diagram between this table and the next; "A &amp; B --> C" counts as two.</summary>
    public static IEnumerable<(string From, string To)> Read(IEnumerable<string> lines, string project) =>
        from line in lines
            .SkipWhile(line => line != FolderTable.HeadOf(project))
            .Skip(1)
            .TakeWhile(line => !line.StartsWith("| folder of ", StringComparison.Ordinal))
            .SkipWhile(line => line != "```mermaid")
            .TakeWhile(line => line != "```")
        where line.Contains(Arrow, StringComparison.Ordinal)
        let sides = line.Split(Arrow)
        from source in sides[0].Split('&', StringSplitOptions.TrimEntries)
        from target in sides[1].Split('&', StringSplitOptions.TrimEntries)
        select (source, target);

    /// <summary>Arrows that are not implied by others.</summary>
    public static IEnumerable<(string From, string To)> Shortest(IReadOnlyCollection<(string From, string To)> arrows)
    {
        ILookup<string, string> next = arrows.ToLookup(arrow => arrow.From, arrow => arrow.To);
        return arrows.Where(arrow => !next[arrow.From].Where(step => step != arrow.To).Any(step => Reaches(step, arrow.To, [])));

        // A cyclic table fails in a test of its own; here it only must terminate.
        bool Reaches(string from, string to, HashSet<string> seen) =>
            seen.Add(from) && next[from].Any(step => step == to || Reaches(step, to, seen));
    }
}
