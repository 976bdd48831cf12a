using Xunit;

namespace RecOps.Tests.Architecture;

public sealed class FolderPictureTests
{
    [Fact]
    public void Read_ADiagram_MakesAnArrowOfEachPair()
    {
        string[] lines =
        [
            "```mermaid",
            "  X --> Y",
            "```",
            FolderTable.HeadOf("Mine"),
            "",
            "```mermaid",
            "flowchart BT",
            "  A & B --> C & D",
            "  C --> D",
            "```",
        ];

        Assert.Equal([("A", "C"), ("A", "D"), ("B", "C"), ("B", "D"), ("C", "D")], FolderPicture.Read(lines, "Mine"));
    }

    [Fact]
    public void Shortest_OfArrows_LeavesOutThoseThatFollow() =>
        Assert.Equal(
            [("A", "B"), ("B", "C"), ("C", "D")],
            FolderPicture.Shortest([("A", "B"), ("A", "C"), ("A", "D"), ("B", "C"), ("C", "D")])
        );

    [Fact]
    public void Shortest_OfACircle_ComesToAnEnd() => Assert.NotNull(FolderPicture.Shortest([("A", "B"), ("B", "C"), ("C", "B")]).ToArray());
}
