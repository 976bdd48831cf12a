using FsCheck.Xunit;
using RecOps.Serving.Retrieval;
using Xunit;

namespace RecOps.Tests.Serving.Retrieval;

public sealed class FetchSizeTests
{
    [Theory]
    [InlineData(200, 0, 1_000_000, 256)]
    [InlineData(200, 32, 1_000_000, 512)]
    [InlineData(200, 0, 60, 60)]
    [InlineData(0, 0, 60, 1)]
    public void First_Limit_RoomForSomeThatMayNotBeShown(int limit, int excluded, int items, int expected) =>
        Assert.Equal(expected, FetchSize.First(limit, excluded, items));

    [Theory]
    [InlineData(256, 200, 150, 1_000_000, 512)]
    [InlineData(256, 200, 50, 1_000_000, 1024)]
    [InlineData(256, 200, 0, 1_000_000, 4096)]
    [InlineData(256, 200, 0, 300, 300)]
    public void Next_TooFewAllowed_GrowsWithWhatIsMissing(int asked, int limit, int found, int items, int expected) =>
        Assert.Equal(expected, FetchSize.Next(asked, limit, found, items));

    [Property]
    public void Next_AgainAndAgain_ReachesEveryItem(int limit, int found, int items)
    {
        limit = 1 + (limit & 0x7FF);
        found = (found & 0x7FFFFFFF) % limit;
        items = 1 + (items & 0x7FFFFFFE);
        int asked = FetchSize.First(limit, 0, items);
        for (int runs = 0; runs < 32 && asked < items; runs++)
            asked = FetchSize.Next(asked, limit, found, items);
        Assert.Equal(items, asked);
    }
}
