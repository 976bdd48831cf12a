using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Caching;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Server.Caching;

public sealed class RedisClusterTests
{
    /// <summary>u38 has no history, so nothing is cached for them.</summary>
    private static readonly string[] Users = [.. Enumerable.Range(0, 38).Select(user => $"u{user}"), "somebody {new}|of nobody"];

    [Fact]
    public async Task Recommend_OneOfThreeMastersIsLost_ListsOnTheOthersStillComeFromRedis()
    {
        await using RedisCluster cluster = await RedisCluster.StartAsync();
        await using RecOpsApplication one = await StartAsync(cluster);
        await using RecOpsApplication other = await StartAsync(cluster);
        foreach (string user in Users)
            await one.RecommendAsync(RequestOf(user));
        await Waiting.UntilAsync(async () => await CountAsync(cluster.Masters) == Users.Length);
        int kept = await CountAsync(cluster.Masters.Skip(1));

        cluster.Masters[0].Kill();
        var sources = new List<string>();
        foreach (string user in Users)
        {
            RecommendationResponse answer = await other.RecommendAsync(RequestOf(user));
            Assert.False(answer.Degraded);
            Assert.NotEmpty(answer.Items);
            sources.Add(answer.Source);
        }

        Assert.InRange(kept, 10, Users.Length - 5);
        Assert.Equal(kept, sources.Count(source => source == RecommendationSource.L2));
        RedisState state = (await other.CreateClient().GetAsync<CacheState>(Routes.Cache)).Redis!;
        string lost = cluster.Masters[0].ConnectionString;
        Assert.Equal(
            cluster.Masters.Select(master => master.ConnectionString).Order(StringComparer.Ordinal),
            state.Nodes!.Select(node => node.Node)
        );
        Assert.All(
            state.Nodes!,
            node =>
                Assert.True(
                    (node.Breaker == "closed" && node.Connected) == (node.Node != lost),
                    $"{lost} is lost: {string.Join("; ", state.Nodes!.AsEnumerable())}"
                )
        );
        Assert.Contains($"({lost}, 1 of 3 nodes in trouble)", state.Detail, StringComparison.Ordinal);
    }

    private static RecommendationRequest RequestOf(string user) =>
        new() { UserId = user, RecentItemIds = user.Contains(' ') ? ["i1"] : null };

    private static async Task<int> CountAsync(IEnumerable<RedisServer> nodes)
    {
        int sum = 0;
        foreach (RedisServer node in nodes)
            sum += await RedisCluster.CountAsync(node, "recops:lists:*");
        return sum;
    }

    private static async Task<RecOpsApplication> StartAsync(RedisCluster cluster)
    {
        RecOpsApplication application = await RecOpsApplication.StartAsync(
            new()
            {
                ["ConnectionStrings:Redis"] = cluster.ConnectionString,

                // This checks which node is asked, not how fast a busy machine is.
                ["Caching:L2DeadlineMs"] = "1000",
            }
        );
        RedisNodes nodes = application.Services.GetRequiredService<RedisNodes>();
        await Waiting.UntilAsync(() => nodes.All.Count == 3 && nodes.All.All(node => node.IsConnected));
        return application;
    }
}
