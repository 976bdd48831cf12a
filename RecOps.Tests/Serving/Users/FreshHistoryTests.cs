using RecOps.Serving.Users;
using Xunit;

namespace RecOps.Tests.Serving.Users;

public sealed class FreshHistoryTests
{
    private const int Capacity = 5;
    private const int WindowMinutes = 30;

    [Fact]
    public void With_SameItemWithinTheWindow_OneEntryAtTheFront()
    {
        FreshHistory history = Of((1, EventKind.View, 0), (2, EventKind.View, 5), (1, EventKind.Purchase, 30));

        Assert.Equal([1, 2], Items(history));
        Assert.Equal(EventKind.Purchase, history.Entries[0].Kind);
        Assert.Equal(3, history.Events.Length);
    }

    [Fact]
    public void With_SameItemAfterTheWindow_TwoEntries() =>
        Assert.Equal([1, 2, 1], Items(Of((1, EventKind.View, 0), (2, EventKind.View, 5), (1, EventKind.View, 31))));

    [Fact]
    public void With_EachStepWithinTheWindow_OneVisit() =>
        Assert.Equal([1], Items(Of((1, EventKind.View, 0), (1, EventKind.View, 25), (1, EventKind.View, 50))));

    [Fact]
    public void With_LateArrival_SortedByTime() =>
        Assert.Equal([3, 2, 1], Items(Of((1, EventKind.View, 0), (3, EventKind.View, 10), (2, EventKind.View, 5))));

    [Fact]
    public void With_MoreThanFits_OldestDropped()
    {
        FreshHistory history = Of([.. Enumerable.Range(0, 9).Select(i => (i, EventKind.View, i))]);

        Assert.Equal([8, 7, 6, 5, 4], Items(history));
        Assert.Same(history, history.With(new FreshEvent(9, EventKind.View, -1), Capacity, WindowMinutes));
    }

    private static IEnumerable<int> Items(FreshHistory history) => history.Entries.Select(entry => entry.Item);

    private static FreshHistory Of(params (int Item, EventKind Kind, int Minute)[] events) =>
        events.Aggregate(
            FreshHistory.Empty,
            (history, e) => history.With(new FreshEvent(e.Item, e.Kind, e.Minute * 60_000L), Capacity, WindowMinutes)
        );
}
