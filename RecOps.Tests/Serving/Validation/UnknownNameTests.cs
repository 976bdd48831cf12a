using RecOps.Serving.Validation;
using Xunit;

namespace RecOps.Tests.Serving.Validation;

public sealed class UnknownNameTests
{
    private static readonly string[] Known = ["items", "categories", "userId", "count", "id"];

    [Theory]
    [InlineData("itemIds", "items")]
    [InlineData("categorie", "categories")]
    [InlineData("USERID", "userId")]
    [InlineData("cuont", "count")]
    [InlineData("di", "id")]
    public void Describe_NearOne_AsksWhetherThatWasMeant(string name, string meant) =>
        Assert.Equal($"Unknown field '{name}'. Did you mean '{meant}'?", UnknownName.Describe("field", name, Known));

    [Theory]
    [InlineData("")]
    [InlineData("price")]
    [InlineData("x")]
    public void Describe_NearNone_ListsAll(string name) =>
        Assert.Equal(
            $"Unknown setting '{name}'. Use one of these: items, categories, userId, count, id.",
            UnknownName.Describe("setting", name, Known)
        );

    [Fact]
    public void Nearest_OneOfAnyLength_TakesNoMoreThanItsShare() => Assert.Null(UnknownName.Nearest(new string('x', 100_000), Known));
}
