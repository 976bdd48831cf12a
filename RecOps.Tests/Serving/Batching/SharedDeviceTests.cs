using RecOps.Serving.Batching;
using Xunit;

namespace RecOps.Tests.Serving.Batching;

/// <summary>A second lane of a device that computes one batch at a time.</summary>
public sealed class SharedDeviceTests : BatcherTest
{
    public SharedDeviceTests()
    {
        Device = new GatedDevice(lanes: 2, independent: false, maxBatch: 4);
        foreach (int count in new[] { 1, 2, 3, 4 })
        {
            for (int i = 0; i < 10; i++)
                Batcher.Learn(count, TimeSpan.FromMilliseconds(40 + count));
        }
    }

    [Fact]
    public async Task Submit_OtherLaneBusy_HeldUntilOldEnough()
    {
        await OccupyAsync();
        Task<BatchOutcome> waiting = Submit(new Question(1));
        Assert.Equal(1, Batcher.Waiting);

        Time.Advance(TimeSpan.FromMilliseconds(9));
        Assert.Equal(1, Batcher.Waiting);
        Time.Advance(TimeSpan.FromMilliseconds(1));

        await SentAsync(waiting, BatchReason.Age);
    }

    [Fact]
    public async Task Submit_OtherLaneBusy_SentWhenFull()
    {
        await OccupyAsync();
        Task<BatchOutcome>[] waiting = [Submit(new Question(1)), Submit(new Question(2)), Submit(new Question(3))];
        Assert.Equal(3, Batcher.Waiting);

        waiting = [.. waiting, await OccupyAsync(new Question(4))];

        Assert.Equal(0, Batcher.Waiting);
        await SentAsync(Task.WhenAll(waiting), BatchReason.Full);
    }

    [Fact]
    public async Task Submit_OtherLaneBusy_SentBeforeItsDeadlineIsMissed()
    {
        await OccupyAsync();
        Task<BatchOutcome> waiting = Submit(new Question(1), deadlineMs: 45);
        Assert.Equal(1, Batcher.Waiting);

        Time.Advance(TimeSpan.FromMilliseconds(3));

        await SentAsync(waiting, BatchReason.Deadline);
    }

    [Fact]
    public async Task Submit_OtherLaneBusy_SentWhenItsBatchShouldEnd()
    {
        await OccupyAsync();
        Time.Advance(TimeSpan.FromMilliseconds(35));
        Task<BatchOutcome> waiting = Submit(new Question(1));

        Time.Advance(TimeSpan.FromMilliseconds(6));

        await SentAsync(waiting, BatchReason.DeviceReady);
    }

    private async Task SentAsync(Task sent, BatchReason reason)
    {
        Device.Let(2);
        await sent;
        await Batcher.DisposeAsync();
        Assert.Equal([BatchReason.Idle, reason], Log.Batches.Select(batch => batch.Reason).Order());
    }
}
