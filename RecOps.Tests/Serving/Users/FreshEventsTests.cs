using RecOps.Serving.Users;
using Xunit;

namespace RecOps.Tests.Serving.Users;

public sealed class FreshEventsTests
{
    [Fact]
    public void Add_MoreUsersThanFit_QuietestForgotten()
    {
        var events = new FreshEvents(maxUsers: 3, capacity: 10, mergeWithinMinutes: 30);
        foreach ((int at, string user) in new[] { "a", "b", "c", "a", "d" }.Index())
            events.Add(user, new FreshEvent(at, EventKind.View, at));

        Assert.Equal(3, events.Users);
        Assert.Empty(events.Of("b").Events);
        Assert.Equal(2, events.Of("a").Events.Length);
        Assert.Single(events.Of("d").Events);
    }
}
