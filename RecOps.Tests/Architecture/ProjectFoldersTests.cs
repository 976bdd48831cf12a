using Xunit;

namespace RecOps.Tests.Architecture;

public sealed class ProjectFoldersTests
{
    private static readonly ProjectFolders Samples = ProjectFolders.Read("RecOps.Tests.dll", "RecOps.Tests.Architecture.Samples");

    [Theory]
    [InlineData("AsyncIterator", "Counter -> Thing")]
    [InlineData("AttributeArgument", "Marked -> Thing")]
    [InlineData("CatchClause", "Catcher -> ThingException")]
    [InlineData("Constraint", "Box`1 -> IThing")]
    [InlineData("GenericArgument", "Shelf -> Thing")]
    [InlineData("Lambda", "Later -> Thing")]
    [InlineData("LocalVariable", "Measure -> Thing")]
    public void Read_OneWayOfUsing_IsAnArrow(string folder, string uses)
    {
        FolderArrow arrow = Assert.Single(Samples.Arrows, arrow => arrow.From == folder);

        Assert.Equal("Used", arrow.To);
        Assert.Equal([uses], arrow.Uses);
    }

    [Fact]
    public void Read_ANameThatTheCompilerReplaces_IsNoArrow() => Assert.DoesNotContain(Samples.Arrows, arrow => arrow.From == "Nothing");

    [Fact]
    public void Read_RootNamespace_MayUseAFolderButNoFolderMayUseIt()
    {
        Assert.DoesNotContain(Samples.Arrows, arrow => arrow.From.Length == 0);
        Assert.Equal(
            "Upward uses the root namespace: Climber -> Composition",
            Assert.Single(Samples.Arrows, arrow => arrow.From == "Upward").ToString()
        );
    }
}
