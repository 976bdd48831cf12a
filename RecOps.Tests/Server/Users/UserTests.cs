using RecOps.Shared;
using RecOps.Shared.Users;
using Xunit;

namespace RecOps.Tests.Server.Users;

public sealed class UserTests(ServerFixture server)
{
    [Fact]
    public async Task Search_Prefix_WhateverItsCase()
    {
        var response = await server.Client.GetAsync<UserSearchResponse>(Routes.Users + "?query=U3&limit=100");

        Assert.Equal(TestBundle.Users, response.Total);
        Assert.Equal(["u3", "u30", "u31", "u32", "u33", "u34", "u35", "u36", "u37", "u38", "u39"], response.Users.Select(u => u.UserId));
        Assert.Equal(("SE", "regular", 3), (response.Users[0].Country, response.Users[0].Segment, response.Users[0].ClusterId));
        Assert.Null(response.Users[9].ClusterId);
    }

    [Theory]
    [InlineData("", 20)]
    [InlineData("?query=&limit=3", 3)]
    [InlineData("?query=zz", 0)]
    public async Task Search_QueryAndLimit_ThatMany(string query, int expected) =>
        Assert.Equal(expected, (await server.Client.GetAsync<UserSearchResponse>(Routes.Users + query)).Users.Length);

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=many", "limit")]
    public async Task Search_BadInput_NamesTheField(string query, string field) =>
        await (await server.Client.GetAsync($"{Routes.Users}?{query}", TestContext.Current.CancellationToken)).ExpectFieldsAsync(field);

    [Fact]
    public async Task Search_LongQuery_NamesTheField() =>
        await (
            await server.Client.GetAsync($"{Routes.Users}?query={new string('x', 129)}", TestContext.Current.CancellationToken)
        ).ExpectFieldsAsync("query");

    [Fact]
    public async Task Profile_LongId_NamesTheField() =>
        await (await server.Client.GetAsync(Routes.Profile(new string('x', 129)), TestContext.Current.CancellationToken)).ExpectFieldsAsync(
            "userId"
        );

    [Fact]
    public async Task Profile_KnownUser_WhatTheBundleBrought()
    {
        var profile = await server.Client.GetAsync<UserProfile>(Routes.Profile("u6"));

        Assert.True(profile.Known);
        Assert.Equal(("FI", "new", 2, 2), (profile.Country, profile.Segment, profile.ClusterId, profile.HistoryLength));
        Assert.Equal(["i42", "i46"], profile.History.Select(entry => entry.Item.ItemId));
        Assert.All(profile.History, entry => Assert.True(entry is { Type: null, Timestamp: null }));
    }

    [Fact]
    public async Task Profile_UnknownUser_Empty()
    {
        var profile = await server.Client.GetAsync<UserProfile>(Routes.Profile("nobody at all"));

        Assert.Equal(("nobody at all", false, 0), (profile.UserId, profile.Known, profile.HistoryLength));
        Assert.Null(profile.ClusterId);
        Assert.Empty(profile.History);
    }
}
