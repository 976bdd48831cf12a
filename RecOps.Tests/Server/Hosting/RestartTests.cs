using Microsoft.Extensions.DependencyInjection;
using RecOps.Serving.Caching;
using RecOps.Shared;
using RecOps.Shared.Caching;
using RecOps.Shared.Clusters;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Users;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

/// <summary>What a server remembers after a restart on the same data directory.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly TempDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Start_EventsOfTheRunBefore_CountAgain()
    {
        RecommendationResponse before;
        await using (RecOpsApplication first = await StartAsync())
        {
            await first.SendEventAsync("newcomer", "i2", ShopEventType.View);
            await first.SendEventAsync("newcomer", "i6", ShopEventType.Purchase);
            before = await first.RecommendAsync("newcomer");
        }

        await using RecOpsApplication second = await StartAsync(("Caching:SnapshotBytes", "0"));
        RecommendationResponse after = await second.RecommendAsync("newcomer");

        Assert.Equal(RecommendationSource.Computed, after.Source);
        Assert.Equal(before.Items.Select(item => (item.ItemId, item.Score)), after.Items.Select(item => (item.ItemId, item.Score)));
        UserProfile profile = await second.CreateClient().GetAsync<UserProfile>(Routes.Profile("newcomer"));
        Assert.Equal(["i6", "i2"], profile.History.Select(entry => entry.Item.ItemId));
    }

    [Fact]
    public async Task Start_EventsCannotBeReadAtFirst_CountOnceTheyCan()
    {
        await using (RecOpsApplication first = await StartAsync())
            await first.SendEventAsync("newcomer", "i2", ShopEventType.View);
        File.Move(_data.At("events.db"), _data.At("away"));
        Directory.CreateDirectory(_data.At("events.db"));

        await using RecOpsApplication second = await StartAsync(("Caching:Enabled", "false"));
        RecommendationResponse without = await second.RecommendAsync("newcomer");
        Directory.Delete(_data.At("events.db"));
        File.Move(_data.At("away"), _data.At("events.db"));

        Assert.Equal(RecommendationSource.Popular, without.Source);
        await Waiting.UntilAsync(async () => (await second.RecommendAsync("newcomer")).Source == RecommendationSource.Computed);
    }

    [Fact]
    public async Task Start_ListsOfTheRunBefore_GivenAtOnce()
    {
        await using (RecOpsApplication first = await StartAsync())
        {
            await first.RecommendAsync("u1");
            await first.SendEventAsync("u2", "i3", ShopEventType.View);
            await first.RecommendAsync("u2");
        }

        await using RecOpsApplication second = await StartAsync();

        Assert.Equal(RecommendationSource.L1, (await second.RecommendAsync("u1")).Source);
        Assert.Equal(RecommendationSource.L1, (await second.RecommendAsync("u2")).Source);
        CacheState state = await second.CreateClient().GetAsync<CacheState>(Routes.Cache);
        Assert.Equal((2, 2), (state.Snapshot!.Lists, state.Snapshot.Loaded));
        Assert.Equal("snapshot", (await second.CreateClient().GetAsync<CachedUser>(Routes.CachedFor("u1"))).Entries[0].Origin);
    }

    [Fact]
    public async Task Start_VisitorsOfTheRunBefore_WarmedBeforeReady()
    {
        await using (RecOpsApplication first = await StartAsync(("Caching:SnapshotBytes", "0")))
        {
            foreach (string user in new[] { "u1", "u2", "u3" })
                await first.RecommendAsync(user);
        }

        await using RecOpsApplication second = await StartAsync(("Caching:SnapshotBytes", "0"), ("Warming:Users", "3"));
        WarmRun run = Assert.Single((await second.CreateClient().GetAsync<WarmRunList>(Routes.WarmRuns)).Runs);

        Assert.Equal(("start", WarmRunState.Completed, 3, 3), (run.Trigger, run.State, run.Planned, run.Warmed));
        Assert.Equal(RecommendationSource.L1, (await second.RecommendAsync("u1")).Source);
        Assert.Equal(RecommendationSource.L1, (await second.RecommendAsync("u1")).Source);
        WarmRun used = Assert.Single((await second.CreateClient().GetAsync<WarmRunList>(Routes.WarmRuns)).Runs);
        Assert.Equal((1, 2L), (used.Used, used.RequestsSaved));
    }

    [Theory]
    [InlineData("events.db")]
    [InlineData("hot-lists.bin")]
    [InlineData("visitors.bin")]
    public async Task Start_FileThatIsNone_ServesAllTheSame(string file)
    {
        _data.Write(file, string.Concat(Enumerable.Repeat("this is no such file ", 100)));

        await using RecOpsApplication application = await StartAsync();
        await application.SendEventAsync("u1", "i2", ShopEventType.View);

        Assert.Equal(RecommendationSource.Computed, (await application.RecommendAsync("u1")).Source);
        if (file == "events.db")
            Assert.Contains(_data.Entries, entry => entry.StartsWith("events.db.broken-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_ListsOfAnotherModel_NotTaken()
    {
        await using (RecOpsApplication first = await StartAsync())
            await first.RecommendAsync("u1");
        string path = _data.At("hot-lists.bin");
        byte[] bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[4] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        await using RecOpsApplication second = await StartAsync(("Warming:Users", "0"));

        Assert.Equal(0, second.Services.GetRequiredService<ResultCache>().Lists.Count);
        Assert.Equal(RecommendationSource.Computed, (await second.RecommendAsync("u1")).Source);
    }

    [Fact]
    public async Task Start_DataDirectory_IsItsOwnersAlone()
    {
        string directory = _data.At("made");
        await using RecOpsApplication application = await StartAsync(("Data:Directory", directory));
        await application.SendEventAsync("u1", "i2", ShopEventType.View);

        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory));
    }

    private Task<RecOpsApplication> StartAsync(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?> { ["Data:Directory"] = _data.Path };
        foreach ((string name, string value) in settings)
            all[name] = value;
        return RecOpsApplication.StartAsync(all);
    }
}
