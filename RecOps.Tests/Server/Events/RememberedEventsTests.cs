using RecOps.Server.Events;
using RecOps.Serving.Users;
using Xunit;

namespace RecOps.Tests.Server.Events;

public sealed class RememberedEventsTests
{
    [Fact]
    public void Has_WhatWasAdded_UntilAsManyCameAfterIt()
    {
        const int capacity = 100;
        var remembered = new RememberedEvents(capacity);
        for (int i = 0; i < 1000; i++)
        {
            Assert.False(remembered.Has(Event(i)));
            remembered.Add(Event(i));
            for (int before = Math.Max(0, i - (capacity / 2) + 1); before <= i; before++)
                Assert.True(remembered.Has(Event(before)));
        }

        Assert.False(remembered.Has(Event(1000 - capacity - 1)));
    }

    [Fact]
    public void Has_WhatDiffersInOneThing_IsAnother()
    {
        var remembered = new RememberedEvents(100);
        var stored = new StoredEvent("ab", "c", EventKind.View, 7);
        remembered.Add(stored);
        remembered.Add(stored with { Key = 5 });

        Assert.True(remembered.Has(stored));
        Assert.True(remembered.Has(stored with { Key = 5, UnixMilliseconds = 8 }));
        foreach (
            StoredEvent other in new[]
            {
                stored with
                {
                    UserId = "a",
                    ItemId = "bc",
                },
                stored with
                {
                    ItemId = "d",
                },
                stored with
                {
                    Kind = EventKind.Click,
                },
                stored with
                {
                    UnixMilliseconds = 8,
                },
                stored with
                {
                    Key = 6,
                },
            }
        )
        {
            Assert.False(remembered.Has(other));
        }
    }

    private static StoredEvent Event(int number) => new($"u{number}", "i1", EventKind.View, 1000);
}
