using RecOps.Serving.Batching;
using Xunit;

namespace RecOps.Tests.Serving.Batching;

/// <summary>A device with 1 ms per job, 4 ms per batch and an objective of 50 ms; a tick is a microsecond.</summary>
public sealed class BatchPolicyTests
{
    private const long Now = 1_000_000;
    private static readonly int[] Sizes = [1, 2, 4, 8, 16];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public void Decide_DeviceIdle_SendsAllAtOnce(int waiting)
    {
        BatchDecision decision = Decide(waiting);

        Assert.Equal(BatchDecision.Send(waiting, 0, BatchReason.Idle), decision);
    }

    [Fact]
    public void Decide_MoreThanTheObjectiveLetsThrough_LargestSizeForWhichTwoFit()
    {
        // Two batches of 16 take 40 of the 45 ms; two of 32 would not fit.
        BatchDecision decision = Decide(60, afterBatch: true, sizes: [1, 2, 4, 8, 16, 32], slo: 45_000, perMs: 0.7);

        Assert.Equal(16, decision.Count);
        Assert.Equal(BatchReason.Full, decision.Reason);
    }

    [Fact]
    public void Decide_MoreComesThanCanBeAnswered_SizeThatAnswersMost()
    {
        // 20 jobs per millisecond: a batch of 32 fills up with the arrivals of the last 9 ms and answers 0.89 per millisecond, not 0.8.
        BatchDecision decision = Decide(200, afterBatch: true, sizes: [1, 2, 4, 8, 16, 32], slo: 45_000, perMs: 20);

        Assert.Equal(32, decision.Count);
    }

    [Fact]
    public void Decide_SomeCannotBeInTimeInThisBatch_PassedOverWhenTheDeviceCannotKeepUp()
    {
        BatchDecision decision = Decide(16, afterBatch: true, perMs: 3, inTime: [16, 16, 16, 12, 10]);

        Assert.Equal(BatchDecision.Send(8, 4, BatchReason.Deadline), decision);
    }

    [Fact]
    public void Decide_SmallerBatchLosesNobodyAndKeepsUp_NobodyPassedOver()
    {
        BatchDecision decision = Decide(16, afterBatch: true, perMs: 0.3, inTime: [16, 16, 16, 12, 10]);

        Assert.Equal(4, decision.Count);
        Assert.Equal(0, decision.PassOver);
    }

    [Fact]
    public void Decide_AllLookHopeless_OneIsTried()
    {
        BatchDecision decision = Decide(5, inTime: [0, 0, 0, 0, 0]);

        Assert.Equal((1, 4), (decision.Count, decision.PassOver));
    }

    [Fact]
    public void Decide_PaddingWouldCostMoreThanItBrings_SmallerSizeFilled()
    {
        // 9 of 16 in 20 ms, or 8 of 8 in 12 ms.
        Assert.Equal(8, Decide(9, afterBatch: true).Count);
    }

    [Fact]
    public void Decide_OtherLaneOfTheProcessorBusy_WaitsForTheFirstOfItsReasons()
    {
        Assert.Equal(Now + 9_000, Hold(oldest: Now - 1_000).Until);
        Assert.Equal(Now + 2_000, Hold(deadline: Now + 8_000).Until);
        Assert.Equal(Now + 3_000, Hold(nextEnd: Now + 3_000).Until);
    }

    [Fact]
    public void Decide_OtherLaneOfTheProcessorBusy_SendsForItsReason()
    {
        Assert.Equal(BatchReason.Age, Hold(oldest: Now - 10_000).Reason);
        Assert.Equal(BatchReason.Deadline, Hold(deadline: Now + 6_000).Reason);
        Assert.Equal(BatchReason.DeviceReady, Hold(nextEnd: Now).Reason);
        Assert.Equal(BatchReason.Full, Hold(perMs: 0.1).Reason);
    }

    private static BatchDecision Hold(
        long oldest = Now,
        long deadline = Now + 1_000_000,
        long nextEnd = Now + 500_000,
        double perMs = 0.4
    ) => Decide(1, perMs: perMs, busy: 1, oldest: oldest, deadline: deadline, nextEnd: nextEnd);

    private static BatchDecision Decide(
        int waiting,
        bool afterBatch = false,
        int[]? sizes = null,
        long slo = 50_000,
        double perMs = 0.1,
        int[]? inTime = null,
        int busy = 0,
        long oldest = Now,
        long deadline = Now + 1_000_000,
        long nextEnd = long.MaxValue
    )
    {
        sizes ??= Sizes;
        var known = new BatchSize[sizes.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            double time = 4000 + (1000 * sizes[i]);
            known[i] = new BatchSize
            {
                Size = sizes[i],
                Mean = time,
                Plan = time,
                InTime = inTime is null ? waiting : inTime[i],
            };
        }

        return new BatchPolicy().Decide(
            new BatchSnapshot
            {
                Now = Now,
                Waiting = waiting,
                OldestEnqueued = oldest,
                NewestEnqueued = Now,
                EarliestDeadline = deadline,
                BusyLanes = busy,
                NextEnd = nextEnd,
                AfterBatch = afterBatch,
                ArrivalsPerTick = perMs / 1000,
                Sizes = known,
                Limits = new BatchLimits(busy + 1, IndependentLanes: false, sizes[^1], sizes, 1000, MaxWait: 10_000, slo, 1_000_000),
            }
        );
    }
}
