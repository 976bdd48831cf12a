using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using Xunit;

namespace RecOps.Tests.Training.Evaluation;

public sealed class TestSetTests
{
    private const InteractionType View = InteractionType.View;
    private const InteractionType Purchase = InteractionType.Purchase;

    [Fact]
    public void Create_KnownAndNewUsers_KeepsThoseWithAHistoryAndATestPurchase()
    {
        ShopData data = TinyShop.Of(
            4,
            5,
            (0, 1, Purchase),
            (1, 2, View),
            (2, 3, Purchase),
            (0, 1, Purchase),
            (0, 4, Purchase),
            (0, 4, Purchase),
            (1, 2, Purchase),
            (2, 0, View),
            (3, 0, Purchase)
        );

        TestSet test = TestSet.Create(data, TimeSplit.At(data.Interactions, 2));

        Assert.Equal([0, 1], test.Users);
        Assert.Equal([1, 4], test.Purchased(0).ToArray());
        Assert.Equal([4], test.FirstTime(0).ToArray());
        Assert.Equal([1], test.Known(0).ToArray());
        Assert.Equal([2], test.Purchased(1).ToArray());
        Assert.Equal([], test.FirstTime(1).ToArray());
    }

    [Fact]
    public void Create_NoPurchaseAfterTheCut_SaysSo()
    {
        ShopData data = TinyShop.Of(1, 1, (0, 0, Purchase), (0, 0, View));

        var problem = Assert.Throws<TrainingException>(() => TestSet.Create(data, TimeSplit.At(data.Interactions, 0)));

        Assert.Contains("none of the 1 events after 1970-01-01 00:00:00Z is a purchase", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_OnlyNewcomersBuy_SaysSo()
    {
        ShopData data = TinyShop.OfPurchases(2, 1, (0, 0), (1, 0));

        var problem = Assert.Throws<TrainingException>(() => TestSet.Create(data, TimeSplit.At(data.Interactions, 0)));

        Assert.Contains("no user to test on", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_NoCut_SaysSo()
    {
        ShopData data = TinyShop.OfPurchases(1, 1, (0, 0));

        Assert.Throws<TrainingException>(() => TestSet.Create(data, TimeSplit.ByShare(data.Interactions, 0)));
    }

    [Fact]
    public void Create_MoreUsersThanTheLimit_SamplesThemEvenly()
    {
        ShopData data = TinyShop.OfPurchases(
            100,
            2,
            [.. Enumerable.Range(0, 100).Select(u => (u, 0)), .. Enumerable.Range(0, 100).Select(u => (u, 1))]
        );

        TestSet test = TestSet.Create(data, TimeSplit.At(data.Interactions, 99), maxUsers: 4);

        Assert.Equal([0, 25, 50, 75], test.Users);
        Assert.Equal(100, test.AllUsers);
    }
}
