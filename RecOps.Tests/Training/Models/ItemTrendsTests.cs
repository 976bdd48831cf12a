using RecOps.Shared.Bundles;
using RecOps.Training.Import;
using RecOps.Training.Models;
using Xunit;

namespace RecOps.Tests.Training.Models;

public sealed class ItemTrendsTests
{
    private const int Users = 6;
    private const int Items = 10;
    private const long Day = 86400;
    private static readonly FeatureSpec Features = new()
    {
        Context = [],
        FoldDecay = 0.9f,
        EventWeights = new()
        {
            ["view"] = 0.3f,
            ["click"] = 0.4f,
            ["cart"] = 0.7f,
            ["purchase"] = 1,
        },
    };

    [Fact]
    public void At_EarlierSnapshot_DoesNotDependOnLaterEvents()
    {
        InteractionTable events = RandomEvents(1);
        InteractionTable changed = Changed(events, from: 200);
        ItemTrends one = ItemTrends.Build(events, Users, Items, Features);
        ItemTrends other = ItemTrends.Build(changed, Users, Items, Features);
        int before = one.MomentBefore(events.Times[200] - 1);
        Assert.True(before > 2);
        Assert.Equal(one.At(before).ToArray(), other.At(before).ToArray());
        Assert.NotEqual(one.At(one.Moments - 1).ToArray(), other.At(other.Moments - 1).ToArray());
    }

    [Fact]
    public void MomentBefore_AnyTime_IsTheLastOneNotAfterIt()
    {
        ItemTrends trends = ItemTrends.Build(RandomEvents(2), Users, Items, Features);
        for (long time = trends.End - (trends.Moments * trends.Step); time < trends.End + trends.Step; time += 3600)
        {
            int expected = Enumerable
                .Range(0, trends.Moments)
                .LastOrDefault(m => trends.End - ((trends.Moments - 1 - m) * trends.Step) <= time, -1);
            Assert.Equal(expected, Math.Max(-1, trends.MomentBefore(time)));
        }
    }

    [Fact]
    public void At_RecentlyBoughtItem_TrendsAboveOneBoughtLongAgo()
    {
        ItemTrends trends = ItemTrends.Build(
            new InteractionTable
            {
                Users = [0, 1, 2, 3],
                Items = [0, 0, 1, 1],
                Types = [.. Enumerable.Repeat(InteractionType.Purchase, 4)],
                Times = [0, Day, 100 * Day, 101 * Day],
            },
            Users,
            Items,
            Features
        );
        float[] last = trends.At(trends.Moments - 1).ToArray();
        Assert.True(last[ItemTrends.Columns] > last[0]);
        Assert.Equal(last[4], last[ItemTrends.Columns + 4], 1e-5f);
        Assert.True(trends.Popularity[1] > trends.Popularity[0]);
        Assert.Equal(0, trends.Popularity[5]);
    }

    private static InteractionTable RandomEvents(int seed)
    {
        var random = new Random(seed);
        long time = 0;
        return new InteractionTable
        {
            Users = [.. Enumerable.Range(0, 400).Select(_ => random.Next(Users))],
            Items = [.. Enumerable.Range(0, 400).Select(_ => random.Next(Items))],
            Types = [.. Enumerable.Range(0, 400).Select(_ => (InteractionType)random.Next(4))],
            Times = [.. Enumerable.Range(0, 400).Select(_ => time += random.Next(1, (int)Day))],
        };
    }

    private static InteractionTable Changed(InteractionTable events, int from) =>
        new()
        {
            Users = events.Users,
            Types = events.Types,
            Times = events.Times,
            Items = [.. events.Items.Select((item, row) => row < from ? item : (item + 3) % Items)],
        };
}
