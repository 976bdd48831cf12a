using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Bench.Faults;
using RecOps.Bench.Processes;
using RecOps.Server.Events;
using RecOps.Server.Storage;
using RecOps.Server.Telemetry.Alerts;
using RecOps.Serving.Models;
using RecOps.Serving.Users;
using RecOps.Shared;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Server.Events;

/// <summary>Events answered 202 are never lost, whatever happens to the log and to Redis.</summary>
public sealed class EventKeepingTests : IDisposable
{
    private const string LogFile = "events.db";
    private readonly TempDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Post_LogLockedByAnotherProgram_EveryAnswerIsTrue()
    {
        await using RecOpsApplication application = await StartAsync(("Events:MaxQueue", "1000"));
        await application.SendEventAsync("first", "i1", ShopEventType.View);
        await using var program = new SqliteConnection($"Data Source={_data.At(LogFile)};Pooling=False");
        await program.OpenAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(program, "BEGIN IMMEDIATE");

        // More than may wait: some are refused at once, the others when the log has been locked for too long.
        Dictionary<int, Task<HttpResponseMessage>> calls = Enumerable
            .Range(0, 20)
            .ToDictionary(call => call, call => SendAsync(application, call, 100));
        await Task.WhenAny(calls.Values);
        await ExecuteAsync(program, "ROLLBACK");
        HttpResponseMessage[] answers = await Task.WhenAll(calls.Values);

        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable);
        Assert.All(answers.Where(answer => answer.StatusCode != HttpStatusCode.Accepted), AssertRefused);
        Assert.Equal(
            [
                .. calls
                    .Where(call => call.Value.Result.StatusCode == HttpStatusCode.Accepted)
                    .SelectMany(call => ShoppersOf(call.Key, 100))
                    .Order(StringComparer.Ordinal),
            ],
            Written(application).Where(user => user != "first").Order(StringComparer.Ordinal)
        );

        // Refused and accepted events are all sent again: each is there once.
        foreach (int call in calls.Keys)
            Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(application, call, 100)).StatusCode);
        string[] written = Written(application);
        Assert.Equal(2001, written.Length);
        Assert.Equal(2001, written.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Post_LogCannotBeOpened_RefusedCountedAndTakenWhenItCan()
    {
        Directory.CreateDirectory(_data.At(LogFile));
        await using RecOpsApplication application = await StartAsync();

        for (int call = 0; call < 3; call++)
            AssertRefused(await SendAsync(application, call, 10));
        RecommendationResponse unknown = await application.RecommendAsync("s0-0");
        await application.Services.GetRequiredService<AlertMonitor>().LookAsync(TestContext.Current.CancellationToken);
        AlertState alert = AlertOf(application, "events");
        Directory.Delete(_data.At(LogFile));
        await Waiting.UntilAsync(async () => (await SendAsync(application, 0, 10)).StatusCode == HttpStatusCode.Accepted);

        Assert.Equal(RecommendationSource.Popular, unknown.Source);
        Assert.Equal(AlertStatus.Firing, alert.Status);
        Assert.StartsWith(
            "30 events since 10:00:00 UTC were answered 503 and have to be sent again. ",
            alert.Detail!.Replace(' ', ' '),
            StringComparison.Ordinal
        );
        Assert.Equal(RecommendationSource.Computed, (await application.RecommendAsync("s0-0")).Source);
        Assert.Equal(10, Written(application).Length);
    }

    [Fact]
    public async Task Post_LogCannotBeOpenedButRedisIsThere_KeptThere()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        Directory.CreateDirectory(_data.At(LogFile));
        await using RecOpsApplication application = await StartAsync(redis, _data.Path);

        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(application, 0, 10)).StatusCode);

        using var elsewhere = new TempDirectory();
        await using RecOpsApplication other = await StartAsync(redis, elsewhere.Path);
        for (int i = 0; i < 10; i++)
            Assert.Equal(RecommendationSource.Computed, (await other.RecommendAsync($"s0-{i}")).Source);
    }

    [Fact]
    public async Task Post_LogLockedWhileRedisIsThere_TheLogGetsTheEventWhenItIsFree()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication application = await StartAsync(redis, _data.Path);
        await application.SendEventAsync("first", "i1", ShopEventType.View);
        await using var program = new SqliteConnection($"Data Source={_data.At(LogFile)};Pooling=False");
        await program.OpenAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(program, "BEGIN IMMEDIATE");

        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(application, 0, 10)).StatusCode);
        Assert.Equal(["first"], Written(application));
        await ExecuteAsync(program, "ROLLBACK");
        await Waiting.UntilAsync(
            () =>
            {
                application.Time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(Written(application).Length == 11);
            },
            TimeSpan.FromMilliseconds(50)
        );
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("overwritten")]
    public async Task Log_GoneWhileItIsInUse_BegunAnewWithWhatIsKnown(string how)
    {
        await using RecOpsApplication application = await StartAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(application, 0, 10)).StatusCode);

        if (how == "deleted")
            foreach (string part in Directory.GetFiles(_data.Path, LogFile + "*"))
                File.Delete(part);
        else
            using (FileStream file = File.OpenWrite(_data.At(LogFile)))
                file.Write(new byte[4096]);
        await Waiting.UntilAsync(
            () =>
            {
                application.Time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(IsThere(_data.At(LogFile)));
            },
            TimeSpan.FromMilliseconds(50)
        );
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(application, 1, 10)).StatusCode);

        Assert.Equal(
            [.. ShoppersOf(0, 10).Concat(ShoppersOf(1, 10)).Order(StringComparer.Ordinal)],
            Written(application).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        );

        static bool IsThere(string path)
        {
            try
            {
                using var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
                connection.Open();
                using SqliteCommand count = connection.CreateCommand();
                count.CommandText = "SELECT COUNT(*) FROM log";
                return (long)count.ExecuteScalar()! >= 10;
            }
            catch (SqliteException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Post_RedisAwayAndBackWithNothing_GetsEveryEventOfTheLog()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication application = await StartAsync(redis, _data.Path);
        var relay = application.Services.GetRequiredService<EventRelay>();
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(application, 0, 10)).StatusCode);
        await Waiting.UntilAsync(() => relay.Backlog.Events == 0);

        redis.Kill();
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(application, 1, 10)).StatusCode);
        await Waiting.UntilAsync(() => relay.Backlog is { Events: 10, Since: not null });
        await application.Services.GetRequiredService<AlertMonitor>().LookAsync(TestContext.Current.CancellationToken);
        AlertState atOnce = AlertOf(application, "events");
        application.Time.Advance(TimeSpan.FromSeconds(61));
        await application.Services.GetRequiredService<AlertMonitor>().LookAsync(TestContext.Current.CancellationToken);
        AlertState later = AlertOf(application, "events");
        await redis.RestartAsync();
        await Waiting.UntilAsync(() => relay.Backlog is { Events: 0, Since: null });

        Assert.NotEqual(AlertStatus.Firing, atOnce.Status);
        Assert.Equal(AlertStatus.Firing, later.Status);
        Assert.StartsWith("10 events have waited for Redis since 10:00:00 UTC.", later.Detail!.Replace(' ', ' '), StringComparison.Ordinal);
        using var elsewhere = new TempDirectory();
        await using RecOpsApplication other = await StartAsync(redis, elsewhere.Path);
        foreach (string shopper in ShoppersOf(0, 10).Concat(ShoppersOf(1, 10)))
            Assert.Equal(RecommendationSource.Computed, (await other.RecommendAsync(shopper)).Source);
    }

    [Fact]
    public async Task Post_RedisForgetsWhileItIsConnected_GetsEveryEventOfTheLog()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication application = await StartAsync(redis, _data.Path);
        var relay = application.Services.GetRequiredService<EventRelay>();
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(application, 0, 10)).StatusCode);
        await Waiting.UntilAsync(() => relay.Backlog.Events == 0);

        // No connection is lost, as with a server that is replaced in an instant: only the position shows it.
        await using (
            StackExchange.Redis.ConnectionMultiplexer admin = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(
                redis.ConnectionString + ",allowAdmin=true"
            )
        )
        {
            await admin.GetServers()[0].FlushAllDatabasesAsync();
        }

        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(application, 1, 10)).StatusCode);
        await Waiting.UntilAsync(() => relay.Backlog.Events == 0);

        using var elsewhere = new TempDirectory();
        await using RecOpsApplication other = await StartAsync(redis, elsewhere.Path);
        foreach (string shopper in ShoppersOf(0, 10).Concat(ShoppersOf(1, 10)))
            Assert.Equal(RecommendationSource.Computed, (await other.RecommendAsync(shopper)).Source);
    }

    [Fact]
    public async Task Write_SameEventsTwice_RedisHasEachOnce()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication application = await StartAsync(redis, _data.Path);
        var shared = application.Services.GetRequiredService<SharedHistory>();
        StoredEvent[] events =
        [
            .. Enumerable
                .Range(0, TestBundle.History + 5)
                .Select(i => new StoredEvent(
                    "u1",
                    $"i{i}",
                    EventKind.View,
                    RecOpsApplication.Start.AddMinutes(-i).ToUnixTimeMilliseconds()
                )),
        ];

        for (int i = 0; i < 2; i++)
            await shared.WriteAsync(events, TestContext.Current.CancellationToken);
        Assert.True(
            application.Services.GetRequiredService<RedisConnection>().TryGet(out StackExchange.Redis.IConnectionMultiplexer? multiplexer)
        );
        StackExchange.Redis.RedisKey key = multiplexer.GetServers()[0].Keys(pattern: "recops:history:*u1*").Single();

        // As many as a model uses, the newest ones.
        Assert.Equal(
            Enumerable.Range(0, TestBundle.History).Select(i => $"i{i}"),
            (await multiplexer.GetDatabase().SortedSetRangeByRankAsync(key, order: StackExchange.Redis.Order.Descending)).Select(member =>
                member.ToString().Split('|')[2]
            )
        );
    }

    [Fact]
    public async Task Write_SameIdAtAnotherTime_RedisHasTheFirstAndTellsOtherReplicas()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication application = await StartAsync(redis, _data.Path);
        var shared = application.Services.GetRequiredService<SharedHistory>();
        long first = RecOpsApplication.Start.ToUnixTimeMilliseconds();
        var bought = new StoredEvent("u1", "i|2", EventKind.Purchase, first, EventKey.Of("order-77"));
        StoredEvent viewed = bought with { ItemId = "i2", Kind = EventKind.View };

        await shared.WriteAsync([bought, viewed], TestContext.Current.CancellationToken);
        await shared.WriteAsync([viewed with { UnixMilliseconds = first + 5000 }], TestContext.Current.CancellationToken);
        Assert.True(
            application.Services.GetRequiredService<RedisConnection>().TryGet(out StackExchange.Redis.IConnectionMultiplexer? multiplexer)
        );
        StackExchange.Redis.RedisKey key = multiplexer.GetServers()[0].Keys(pattern: "recops:history:*u1*").Single();
        StackExchange.Redis.SortedSetEntry[] members = await multiplexer.GetDatabase().SortedSetRangeByRankWithScoresAsync(key);
        Assert.Equal([first, first], members.Select(member => (long)member.Score));
        Assert.All(
            members,
            member =>
                Assert.True(
                    SharedEvent.TryParseMember("u1", member.Element.ToString(), (long)member.Score, out StoredEvent read)
                        && (read == bought || read == viewed)
                )
        );
        Assert.True(SharedEvent.TryParseMessage(SharedEvent.MessageOf("here", bought), out _, out StoredEvent heard));
        Assert.Equal(bought, heard);

        using var elsewhere = new TempDirectory();
        await using RecOpsApplication other = await StartAsync(redis, elsewhere.Path);
        await other.RecommendAsync("u1");
        Assert.Equal(
            [first],
            other.Services.GetRequiredService<ActiveModel>().Current!.Events.Of("u1").Events.Select(happened => happened.UnixMilliseconds)
        );
    }

    [Theory]
    [InlineData("allkeys-lru", true)]
    [InlineData("volatile-lru", true)]
    [InlineData("volatile-ttl", false)]
    [InlineData("noeviction", false)]
    public async Task Start_EvictionPolicyOfRedis_SaidWhereHistoriesMayBeThrownAway(string policy, bool isSaid)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using (
            StackExchange.Redis.ConnectionMultiplexer admin = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(
                redis.ConnectionString + ",allowAdmin=true"
            )
        )
        {
            await admin.GetServers()[0].ConfigSetAsync("maxmemory-policy", policy);
            await using RecOpsApplication application = await StartAsync(redis, _data.Path);
            var eviction = application.Services.GetRequiredService<HistoryEviction>();

            await Waiting.UntilAsync(() => eviction.Policies.Count == 1);
            Assert.Equal(isSaid, eviction.Trouble is not null);
            await application.Services.GetRequiredService<AlertMonitor>().LookAsync(TestContext.Current.CancellationToken);
            Assert.Equal(isSaid ? AlertStatus.Firing : AlertStatus.Quiet, AlertOf(application, "redis-eviction").Status);

            await admin.GetServers()[0].ConfigSetAsync("maxmemory-policy", "volatile-ttl");
            application.Time.Advance(TimeSpan.FromMinutes(1));
            await Waiting.UntilAsync(() => eviction.Trouble is null);
        }
    }

    [Fact]
    public async Task Kill_WhileEventsCome_NoneThatWasAnswered202IsLost()
    {
        using var shoppers = new NumberedShoppers();
        var settings = new Dictionary<string, string>
        {
            ["Data__Directory"] = _data.Path,
            ["Models__Directory"] = await TestBundle.SharedAsync(),
            ["Models__Active"] = TestBundle.Name,
            ["Demo__Traffic"] = "false",
            ["Serving__DeadlineMs"] = "60000",
            ["RateLimits__Enabled"] = "false",
        };
        string[] program = [Path.Combine(AppContext.BaseDirectory, "RecOps.Server.dll")];
        ServerProcess server = await ServerProcess.StartAsync(program, settings, null, TestContext.Current.CancellationToken);
        Task sending = shoppers.SendAsync(server.Address, "i2", 4, TestContext.Current.CancellationToken);
        await Waiting.UntilAsync(() => shoppers.Answered.Length > 500);
        await server.DisposeAsync();
        await sending;

        await using ServerProcess again = await ServerProcess.StartAsync(program, settings, null, TestContext.Current.CancellationToken);

        Assert.True(shoppers.Unanswered > 0);
        Assert.Equal(0, await shoppers.LostAsync(again.Address, "home", TestContext.Current.CancellationToken));
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string text)
    {
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static string[] ShoppersOf(int call, int events) => [.. Enumerable.Range(0, events).Select(i => $"s{call}-{i}")];

    private static Task<HttpResponseMessage> SendAsync(RecOpsApplication application, int call, int events) =>
        application
            .CreateClient()
            .PostAsJsonAsync(
                Routes.Events,
                new EventsRequest
                {
                    Events =
                    [
                        .. ShoppersOf(call, events)
                            .Select(user => new ShopEvent
                            {
                                UserId = user,
                                ItemId = "i2",
                                Type = ShopEventType.View,
                                Timestamp = RecOpsApplication.Start,
                            }),
                    ],
                },
                RecOpsApplication.Json,
                TestContext.Current.CancellationToken
            );

    private static void AssertRefused(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        using JsonDocument problem = JsonDocument.Parse(answer.Content.ReadAsStream());
        Assert.StartsWith(
            "None of these events was saved. Send them all again.",
            problem.RootElement.GetProperty("detail").GetString(),
            StringComparison.Ordinal
        );
    }

    private static AlertState AlertOf(RecOpsApplication application, string rule) =>
        application.Services.GetRequiredService<AlertBoard>().States.Single(state => state.Rule == rule);

    private static string[] Written(RecOpsApplication application) =>
        [.. application.Services.GetRequiredService<EventLog>().ReadAfter(0, 100_000).Select(logged => logged.Event.UserId)];

    private Task<RecOpsApplication> StartAsync(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?> { ["Data:Directory"] = _data.Path };
        foreach ((string name, string value) in settings)
            all[name] = value;
        return RecOpsApplication.StartAsync(all);
    }

    private static async Task<RecOpsApplication> StartAsync(RedisServer redis, string data)
    {
        RecOpsApplication application = await RecOpsApplication.StartAsync(
            new()
            {
                ["ConnectionStrings:Redis"] = redis.ConnectionString,
                ["Data:Directory"] = data,
                ["Caching:L2DeadlineMs"] = "1000",
            }
        );
        await Waiting.UntilAsync(() => application.Services.GetRequiredService<RedisConnection>().IsConnected);
        return application;
    }
}
