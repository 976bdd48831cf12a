using RecOps.Client.Recommendations;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Client.Recommendations;

public sealed class ListRowTests
{
    [Fact]
    public void From_PreviousList_ShowsWhatMoved()
    {
        IReadOnlyList<ListRow> rows = ListRow.From(Sample.List("d", "a", "c", "e"), Items("a"), Sample.List("a", "b", "c", "d"));

        Assert.Equal(["↑3", "↓1", "", "new"], rows.Select(row => row.Change.Text));
        Assert.Equal("Up 3 places", rows[0].Change.Spoken);
        Assert.Equal("Down 1 place", rows[1].Change.Spoken);
    }

    [Fact]
    public void From_SmallScores_BarsAreRelativeToTheBest()
    {
        RecommendationResponse list = Sample.List("a", "b", "c") with
        {
            Items = [new("a", 1, 0.04f, []), new("b", 2, 0.01f, []), new("c", 3, 0, [])],
        };
        Assert.Equal([100, 25, 0], ListRow.From(list, Items(), null).Select(row => Math.Round(row.ScorePercent, 3)));
        Assert.All(ListRow.From(list with { Items = [new("a", 1, 0, [])] }, Items(), null), row => Assert.Equal(0, row.ScorePercent));
    }

    [Fact]
    public void From_FirstList_ShowsNoChange() =>
        Assert.All(ListRow.From(Sample.List("a", "b"), Items(), null), row => Assert.Equal("", row.Change.Text));

    [Fact]
    public void From_ItemTheCatalogueDoesNotKnow_IsShownByItsId()
    {
        IReadOnlyList<ListRow> rows = ListRow.From(Sample.List("a", "b"), Items("a"), null);

        Assert.Equal(["Title of a", "b"], rows.Select(row => row.Title));
    }

    [Theory]
    [InlineData("abcd", "abcd", "The list stayed the same.")]
    [InlineData("abcd", "dabc", "4 moved, 0 new, 0 gone.")]
    [InlineData("abcd", "bcde", "3 moved, 1 new, 1 gone.")]
    public void Summarize_TwoLists_CountsEveryItemOnce(string before, string after, string words) =>
        Assert.Equal(words, ListRow.Summarize(List(after), List(before)));

    [Fact]
    public void Summarize_FirstList_SaysNothing() => Assert.Equal("", ListRow.Summarize(List("ab"), null));

    private static RecommendationResponse List(string ids) => Sample.List([.. ids.Select(id => id.ToString())]);

    private static Dictionary<string, RecOps.Shared.Catalog.ItemDetails> Items(params string[] ids) =>
        ids.ToDictionary(id => id, id => Sample.Item(id));
}
