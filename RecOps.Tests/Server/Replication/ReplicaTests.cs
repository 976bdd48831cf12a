using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Replication;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;
using RecOps.Tests.Server.Rules;
using Xunit;

namespace RecOps.Tests.Server.Replication;

public sealed class ReplicaTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Change_MadeOnOneServer_IsInEffectOnTheOthers(bool withRedis)
    {
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        await using RedisServer? redis = withRedis ? await RedisServer.StartAsync() : null;
        Dictionary<string, string?> settings = new()
        {
            ["Database:Provider"] = "postgres",
            ["ConnectionStrings:Database"] = await postgres.CreateDatabaseAsync(),
            ["ConnectionStrings:Redis"] = redis?.ConnectionString,
        };
        await using RecOpsApplication one = await RecOpsApplication.StartAsync(settings);
        await using RecOpsApplication two = await RecOpsApplication.StartAsync(settings, signIn: false);

        // A session on one server is valid on the other.
        two.Cookie = one.Cookie;
        var there = new RuleConsole(two.CreateClient());
        await new RuleConsole(one.CreateClient()).PublishAsync(RuleConsole.Pin("hero", "i30", 1));
        await Waiting.UntilAsync(async () => (await two.RecommendAsync("u1")).RulesVersion == 1);
        Assert.Equal("i30", (await two.RecommendAsync("u2")).Items[0].ItemId);

        using HttpResponseMessage made = await two.CreateClient()
            .SendJsonAsync(HttpMethod.Post, Routes.Keys, """{"name":"Shop","scopes":["recommend"]}""");
        ApiKeyCreated key = await made.ReadAsync<ApiKeyCreated>(HttpStatusCode.Created);
        using HttpClient shop = one.CreateStranger();
        shop.DefaultRequestHeaders.Add(RecOps.Server.Security.Keys.StorefrontGate.Header, key.Secret);
        await Waiting.UntilAsync(async () => await StatusAsync(shop) == HttpStatusCode.OK);
        await (
            await two.CreateClient().DeleteAsync(Routes.KeyOf(key.Key.Id), TestContext.Current.CancellationToken)
        ).ReadAsync<ApiKeyInfo>();
        await Waiting.UntilAsync(async () => await StatusAsync(shop) == HttpStatusCode.Unauthorized);

        await there.SwitchAsync(off: true);
        await Waiting.UntilAsync(async () => (await one.RecommendAsync("u1")).RulesVersion == 0);
        ReplicaInfo[] replicas = (await there.StateAsync()).Replicas;
        Assert.Equal(2, replicas.Length);
        Assert.Single(replicas, replica => replica.IsThis);
        Assert.All(replicas, replica => Assert.False(replica.IsLost));
    }

    [Fact]
    public async Task Publish_OnTwoServersAtOnce_EachGetsAVersionOfItsOwn()
    {
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        Dictionary<string, string?> settings = new()
        {
            ["Database:Provider"] = "postgres",
            ["ConnectionStrings:Database"] = await postgres.CreateDatabaseAsync(),
        };
        await using RecOpsApplication one = await RecOpsApplication.StartAsync(settings);
        await using RecOpsApplication two = await RecOpsApplication.StartAsync(settings);
        await new RuleConsole(one.CreateClient()).SaveAsync(RuleConsole.Pin("hero", "i30", 1));

        PublishResult[] results = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(async i =>
                {
                    RuleConsole console = new((i % 2 == 0 ? one : two).CreateClient());
                    return await (await console.PublishDraftAsync($"Number {i}")).ReadAsync<PublishResult>();
                })
        );

        Assert.Equal(Enumerable.Range(1, 12), results.Select(result => result.Version!.Value).Order());
        await Waiting.UntilAsync(async () =>
            (await one.RecommendAsync("u1")).RulesVersion == 12 && (await two.RecommendAsync("u1")).RulesVersion == 12
        );
    }

    [Fact]
    public async Task Scheduled_WithSeveralServers_IsPublishedOnce()
    {
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        Dictionary<string, string?> settings = new()
        {
            ["Database:Provider"] = "postgres",
            ["ConnectionStrings:Database"] = await postgres.CreateDatabaseAsync(),
        };
        await using RecOpsApplication one = await RecOpsApplication.StartAsync(settings);
        await using RecOpsApplication two = await RecOpsApplication.StartAsync(settings);
        var console = new RuleConsole(one.CreateClient());
        await console.SaveAsync(RuleConsole.Pin("hero", "i30", 1));
        for (int i = 1; i <= 5; i++)
        {
            using HttpResponseMessage asked = await console.PublishDraftAsync($"Number {i}", RecOpsApplication.Start.AddSeconds(i));
            await asked.ReadAsync<PublishResult>(HttpStatusCode.Accepted);
        }

        await Waiting.UntilAsync(async () =>
        {
            one.Time.Advance(TimeSpan.FromSeconds(1));
            two.Time.Advance(TimeSpan.FromSeconds(1));
            return (await console.StateAsync()).Publications.All(publication => publication.State == PublicationState.Published);
        });

        RuleVersionList versions = await one.CreateClient().GetAsync<RuleVersionList>(Routes.RuleVersions);
        Assert.Equal(
            ["Number 1", "Number 2", "Number 3", "Number 4", "Number 5"],
            versions.Versions.Select(version => version.Note).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task State_ServerThatServesOlderRulesOrSaysNothing_IsNamed()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        await console.PublishAsync(RuleConsole.Pin("hero", "i30", 1));
        await using (AsyncServiceScope scope = application.Services.CreateAsyncScope())
        {
            RecOpsDatabase database = scope.ServiceProvider.GetRequiredService<RecOpsDatabase>();
            database.Replicas.Add(
                new Replica
                {
                    Id = "behind",
                    Name = "behind",
                    Started = RecOpsApplication.Start,
                    SeenAt = RecOpsApplication.Start,
                }
            );
            database.Replicas.Add(
                new Replica
                {
                    Id = "silent",
                    Name = "silent",
                    Started = RecOpsApplication.Start,
                    SeenAt = RecOpsApplication.Start.AddMinutes(-1),
                    RulesEpoch = 1,
                }
            );
            database.Replicas.Add(
                new Replica
                {
                    Id = "gone",
                    Name = "gone",
                    Started = RecOpsApplication.Start,
                    SeenAt = RecOpsApplication.Start.AddHours(-1),
                }
            );
            database.Replicas.Add(
                new Replica
                {
                    Id = "before",
                    Name = "restarted",
                    Started = RecOpsApplication.Start.AddHours(-1),
                    SeenAt = RecOpsApplication.Start.AddMinutes(-2),
                    RulesEpoch = 1,
                }
            );
            database.Replicas.Add(
                new Replica
                {
                    Id = "after",
                    Name = "restarted",
                    Started = RecOpsApplication.Start.AddMinutes(-1),
                    SeenAt = RecOpsApplication.Start,
                    RulesEpoch = 1,
                }
            );
            await database.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        ReplicaInfo[] replicas = (await console.StateAsync()).Replicas;

        Assert.Equal("after", replicas.Single(replica => replica.Name == "restarted").Id);
        Assert.Equal((true, false), Of("behind"));
        Assert.Equal((false, true), Of("silent"));
        Assert.DoesNotContain(replicas, replica => replica.Name == "gone");

        (bool IsBehind, bool IsLost) Of(string name) =>
            (replicas.Single(replica => replica.Name == name).IsBehind, replicas.Single(replica => replica.Name == name).IsLost);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using HttpResponseMessage answer = await client.GetAsync(Routes.RecommendationsFor("u1"), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
