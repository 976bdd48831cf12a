using Xunit;

namespace RecOps.Tests.Architecture;

public sealed class FolderTableTests
{
    [Fact]
    public void Read_TwoTables_TakesTheProjectsOwn()
    {
        FolderTable table = FolderTable.Read(
            [
                "| folder of Other | what it is for | may use |",
                "|---|---|---|",
                "| `A/` | a | – |",
                "",
                .. Table("| `B/` | `b` | C, D |", "| `C/` | c | – |"),
                "",
                "| `E/` | e | – |",
            ],
            "Mine"
        );

        Assert.Equal(["B", "C"], table.Folders);
        Assert.Equal([("B", "C"), ("B", "D")], table.Arrows);
    }

    [Theory]
    [InlineData("B", "–", "–", "")]
    [InlineData("B, C", "C", "–", "")]
    [InlineData("B", "A", "–", "A -> B -> A")]
    [InlineData("B", "C", "A", "A -> B -> C -> A")]
    [InlineData("B", "C", "B", "B -> C -> B")]
    [InlineData("C", "–", "C", "C -> C")]
    public void Circle_OfATable_NamesEachFolderOfTheFirst(string a, string b, string c, string expected) =>
        Assert.Equal(
            expected,
            string.Join(
                " -> ",
                FolderTable.Read(Table($"| `A/` | a | {a} |", $"| `B/` | b | {b} |", $"| `C/` | c | {c} |"), "Mine").Circle()
            )
        );

    private static string[] Table(params string[] rows) => ["| folder of Mine | what it is for | may use |", "|---|---|---|", .. rows];
}
