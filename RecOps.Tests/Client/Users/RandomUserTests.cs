using System.Web;
using RecOps.Client.Hosting;
using RecOps.Client.Users;
using RecOps.Shared;
using RecOps.Shared.Users;
using Xunit;

namespace RecOps.Tests.Client.Users;

public sealed class RandomUserTests : IDisposable
{
    private readonly FakeServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Pick_ManyTimes_ReachesBeyondTheFirstPage()
    {
        Know([.. Enumerable.Range(0, 5000).Select(i => $"u{i:0000}")]);
        RandomUser random = Create();

        HashSet<string> picked = [];
        for (int i = 0; i < 40; i++)
            picked.Add((await random.PickAsync(TestContext.Current.CancellationToken)).Value!.UserId);

        Assert.True(picked.Count > 20, $"Only {picked.Count} different shoppers in 40 picks.");
        Assert.Contains(picked, id => string.CompareOrdinal(id, "u1000") > 0);
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("7")]
    [InlineData("12345678901234567890")]
    public async Task Pick_AnyKindOfId_FindsAShopper(string id)
    {
        Know(id);

        Assert.Equal(id, (await Create().PickAsync(TestContext.Current.CancellationToken)).Value?.UserId);
    }

    [Fact]
    public async Task Pick_NoKnownShoppers_SaysSo()
    {
        Know();

        Assert.Same(ApiProblem.NoUsers, (await Create().PickAsync(TestContext.Current.CancellationToken)).Problem);
    }

    private RandomUser Create() => new(new(new ApiClient(_server.CreateClient())), new Random(1));

    private void Know(params string[] ids) =>
        _server.On(
            "GET",
            Routes.Users,
            UsersJson.Default.UserSearchResponse,
            call =>
            {
                string prefix = HttpUtility.ParseQueryString(call.Query)["query"] ?? "";
                return new(
                    [
                        .. ids.Where(id => id.StartsWith(prefix, StringComparison.Ordinal))
                            .Take(20)
                            .Select(id => new UserSummary(id, "", "", null)),
                    ],
                    ids.Length
                );
            }
        );
}
