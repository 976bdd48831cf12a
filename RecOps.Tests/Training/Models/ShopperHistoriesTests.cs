using RecOps.Training.Import;
using RecOps.Training.Models;
using Xunit;

namespace RecOps.Tests.Training.Models;

public sealed class ShopperHistoriesTests
{
    [Fact]
    public void Build_ViewCartPurchaseOfOneVisit_AreOneEntryWithTheStrongestType()
    {
        ShopperHistories histories = Of(
            (0, 1, InteractionType.View, 0),
            (0, 2, InteractionType.View, 60),
            (0, 1, InteractionType.Purchase, 120),
            (0, 1, InteractionType.View, 180)
        );
        Assert.Equal([1, 2], Newest(histories, 0, 2));
        Assert.Equal(InteractionType.Purchase, histories.Types[histories.End(0) - 1]);
        Assert.Equal(180, histories.Times[histories.End(0) - 1]);
    }

    [Fact]
    public void Build_SameItemAfterTheWindow_IsAnotherEntry() =>
        Assert.Equal([1, 1], Newest(Of((0, 1, InteractionType.Purchase, 0), (0, 1, InteractionType.Purchase, 1801)), 0, 2));

    [Fact]
    public void CopyNewestFirst_ShortHistory_IsPaddedWithMinusOne() =>
        Assert.Equal(
            [3, 1, -1, -1],
            Newest(Of((0, 1, InteractionType.View, 0), (1, 2, InteractionType.View, 1), (0, 3, InteractionType.View, 2)), 0, 4)
        );

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Build_RandomEvents_MatchesAPlainList(int seed)
    {
        var random = new Random(seed);
        long time = 0;
        (int User, int Item, InteractionType Type, long Time)[] events =
        [
            .. Enumerable
                .Range(0, 400)
                .Select(_ => (random.Next(5), random.Next(8), (InteractionType)random.Next(4), time += random.Next(0, 900))),
        ];
        ShopperHistories histories = Of(events);
        for (int user = 0; user < 5; user++)
        {
            var expected = new List<(int Item, long Time)>();
            foreach ((_, int item, _, long at) in events.Where(e => e.User == user))
            {
                int same = expected.FindLastIndex(e => e.Item == item);
                if (same >= 0 && at - expected[same].Time <= 1800)
                    expected.RemoveAt(same);
                expected.Add((item, at));
            }

            int start = histories.Start(user);
            Assert.Equal(
                expected,
                Enumerable.Range(start, histories.End(user) - start).Select(entry => (histories.Items[entry], histories.Times[entry]))
            );
        }
    }

    private static ShopperHistories Of(params (int User, int Item, InteractionType Type, long Time)[] events) =>
        ShopperHistories.Build(
            new InteractionTable
            {
                Users = [.. events.Select(e => e.User)],
                Items = [.. events.Select(e => e.Item)],
                Types = [.. events.Select(e => e.Type)],
                Times = [.. events.Select(e => e.Time)],
            },
            userCount: 5,
            mergeWithinMinutes: 30
        );

    private static long[] Newest(ShopperHistories histories, int user, int length)
    {
        var history = new long[length];
        histories.CopyNewestFirst(user, histories.End(user), history);
        return history;
    }
}
