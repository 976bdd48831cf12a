using RecOps.Serving.Batching;
using Xunit;

namespace RecOps.Tests.Serving.Batching;

public sealed class SharedKeyTests : BatcherTest
{
    [Fact]
    public async Task Submit_SameKeyQueuedAndRunning_OneComputationForAll()
    {
        Task<BatchOutcome> running = await OccupyAsync(new Question(7, key: 7));
        Question[] ofRunning = [new(7, key: 7), new(7, key: 7)];
        Question[] ofQueued = [new(8, key: 8), new(8, key: 8), new(8, key: 8)];
        Task<BatchOutcome>[] tasks = [.. ofRunning.Concat(ofQueued).Select(job => Submit(job))];

        Device.Let(2);

        Assert.All(await Task.WhenAll([running, .. tasks]), outcome => Assert.Equal(BatchOutcome.Completed, outcome));
        Assert.All(ofRunning.Concat(ofQueued), job => Assert.True(job.IsRight));
        Assert.Equal(
            [
                [7],
                [8],
            ],
            Device.Runs
        );
        Assert.Equal(4, Log.Shared);
    }

    [Fact]
    public async Task Submit_SameHashOtherKey_ComputedApart()
    {
        await OccupyAsync();
        // Both fall into the same slot of the table, whatever its size.
        Question[] jobs = [new(1, key: 0), new(2, key: 1UL << 63)];
        Task<BatchOutcome>[] tasks = [.. jobs.Select(job => Submit(job))];
        Device.Let(2);
        await Task.WhenAll(tasks);

        Assert.Equal(
            [
                [-1],
                [1, 2],
            ],
            Device.Runs
        );
        Assert.All(jobs, job => Assert.True(job.IsRight));
    }

    [Fact]
    public async Task Cancel_LeaderInTheQueue_FirstFollowerTakesItsPlace()
    {
        await OccupyAsync();
        using var cancel = new CancellationTokenSource();
        Task<BatchOutcome> leader = SubmitCancellable(new Question(8, key: 8), cancel.Token);
        Question[] jobs = [new(8, key: 8), new(8, key: 8)];
        Task<BatchOutcome>[] followers = [.. jobs.Select(job => Submit(job))];

        await cancel.CancelAsync();
        Device.Let(2);

        Assert.Equal(BatchOutcome.Cancelled, await leader);
        Assert.All(await Task.WhenAll(followers), outcome => Assert.Equal(BatchOutcome.Completed, outcome));
        Assert.All(jobs, job => Assert.True(job.IsRight));
        Assert.Equal(
            [
                [-1],
                [8],
            ],
            Device.Runs
        );
    }

    [Fact]
    public async Task Cancel_Follower_OthersAreAnswered()
    {
        Task<BatchOutcome> leader = await OccupyAsync(new Question(7, key: 7));
        using var cancel = new CancellationTokenSource();
        Task<BatchOutcome> leaving = SubmitCancellable(new Question(7, key: 7), cancel.Token);
        var staying = new Question(7, key: 7);
        Task<BatchOutcome> stayed = Submit(staying);

        await cancel.CancelAsync();
        Assert.Equal(BatchOutcome.Cancelled, await leaving);
        Device.Let();

        Assert.Equal(BatchOutcome.Completed, await leader);
        Assert.Equal(BatchOutcome.Completed, await stayed);
        Assert.True(staying.IsRight);
    }

    [Fact]
    public async Task Submit_FollowersDeadlinePasses_ExpiresBeforeItsLeaderEnds()
    {
        Task<BatchOutcome> leader = await OccupyAsync(new Question(7, key: 7));
        Task<BatchOutcome> follower = Submit(new Question(7, key: 7), deadlineMs: 20);

        Time.Advance(TimeSpan.FromMilliseconds(21));

        Assert.Equal(BatchOutcome.Expired, await follower);
        Device.Let();
        Assert.Equal(BatchOutcome.Completed, await leader);
    }

    [Fact]
    public async Task Submit_LeaderExpires_PatientFollowerIsComputed()
    {
        await OccupyAsync();
        Task<BatchOutcome> leader = Submit(new Question(8, key: 8), deadlineMs: 20);
        Task<BatchOutcome> follower = Submit(new Question(8, key: 8), deadlineMs: 500);

        Time.Advance(TimeSpan.FromMilliseconds(21));
        Device.Let(2);

        Assert.Equal(BatchOutcome.Expired, await leader);
        Assert.Equal(BatchOutcome.Completed, await follower);
    }

    [Fact]
    public async Task Submit_DeviceFails_FollowersFailToo()
    {
        Device.Poison = 7;
        Task<BatchOutcome> leader = await OccupyAsync(new Question(7, key: 7));
        var job = new Question(7, key: 7);
        Task<BatchOutcome> follower = Submit(job);
        Device.Let();

        Assert.Equal(BatchOutcome.Failed, await leader);
        Assert.Equal(BatchOutcome.Failed, await follower);
        Assert.NotNull(job.Error);
    }

    [Fact]
    public async Task Submit_AfterTheLeaderEnded_ComputedAfresh()
    {
        Device.Open = true;
        await Submit(new Question(7, key: 7));
        await Submit(new Question(7, key: 7));

        Assert.Equal(2, Device.Runs.Count);
    }
}
