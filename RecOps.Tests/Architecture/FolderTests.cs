using RecOps.Tests.Browser;
using Xunit;

namespace RecOps.Tests.Architecture;

/// <summary>Checks the tables of docs/architecture.md against the built assemblies.</summary>
public sealed class FolderTests
{
    private static readonly string[] Document = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "architecture.md"));

    public static TheoryData<string> Projects =>
        ["RecOps.Shared", "RecOps.Serving", "RecOps.Server", "RecOps.Client", "RecOps.Training", "RecOps.Bench"];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_UseEachOther_AsTheTableAllows(string project)
    {
        HashSet<(string, string)> allowed = [.. FolderTable.Read(Document, project).Arrows];

        FolderArrow? first = ProjectFolders
            .Read($"{project}.dll", project)
            .Arrows.FirstOrDefault(arrow => !allowed.Contains((arrow.From, arrow.To)));

        Assert.True(first is null, $"The table of {project} in docs/architecture.md does not allow this. {first}");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Table_OfAProject_AllowsNothingThatNobodyDoes(string project)
    {
        HashSet<(string, string)> found =
        [
            .. ProjectFolders.Read($"{project}.dll", project).Arrows.Select(arrow => (arrow.From, arrow.To)),
        ];

        Assert.DoesNotContain(FolderTable.Read(Document, project).Arrows, arrow => !found.Contains(arrow));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Table_OfAProject_HasARowForEachFolder(string project) =>
        Assert.Equal(
            string.Join(' ', ProjectFolders.Read($"{project}.dll", project).Names),
            string.Join(' ', FolderTable.Read(Document, project).Folders.Order(StringComparer.Ordinal))
        );

    [Theory]
    [MemberData(nameof(Projects))]
    public void Table_OfAProject_HasNoCircle(string project) =>
        Assert.Equal("", string.Join(" -> ", FolderTable.Read(Document, project).Circle()));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Picture_OfAProject_ShowsTheArrowsThatDoNotFollowFromOthers(string project) =>
        Assert.Equal(
            Lines(FolderPicture.Shortest([.. FolderTable.Read(Document, project).Arrows])),
            Lines(FolderPicture.Read(Document, project))
        );

    private static string Lines(IEnumerable<(string From, string To)> arrows) =>
        string.Join('\n', arrows.Order().Select(arrow => $"{arrow.From} --> {arrow.To}"));
}
