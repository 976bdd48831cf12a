using RecOps.Client.Shell;
using Xunit;

namespace RecOps.Tests.Client.Shell;

public sealed class PaletteSearchTests
{
    private static readonly PaletteEntry[] Entries =
    [
        new("page", "Overview", "everything at a glance", "."),
        new("page", "Models", "activate, roll back", "models"),
        new("cluster", "Cluster 12", "Kitchen, Garden", "clusters?cluster=12"),
        new("rule", "Garden week", "garden-week", "rules/edit/garden-week"),
    ];

    [Theory]
    [InlineData("", "Overview Models Cluster 12 Garden week")]
    [InlineData("mod", "Models")]
    [InlineData("GARDEN", "Garden week Cluster 12")]
    [InlineData("garden kitchen", "Cluster 12")]
    [InlineData("roll back", "Models")]
    [InlineData("nothing", "")]
    public void Match_Text_FindsEveryWordWithNamesFirst(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', PaletteSearch.Match(Entries, text).Select(entry => entry.Name)));
}
