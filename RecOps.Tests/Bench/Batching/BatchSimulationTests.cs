using FsCheck.Xunit;
using RecOps.Bench.Batching;
using RecOps.Serving.Batching;
using Xunit;

namespace RecOps.Tests.Bench.Batching;

public sealed class BatchSimulationTests
{
    [Property(MaxTest = 30)]
    public void Run_AnyDeviceAndLoad_EachJobAnsweredOnce(Choices random)
    {
        DeviceModel model = DeviceModel.Standard[random.Next(DeviceModel.Standard.Count)];
        IBatchPolicy policy = PolicyChoice.All[random.Next(PolicyChoice.All.Count)].Create(model);
        var generator = new ArrivalGenerator(
            (ArrivalPattern)random.Next(2),
            model.PeakPerSecond() * (0.05 + (2 * random.NextDouble())),
            random.Next()
        );
        SimulatedJob[] jobs =
        [
            .. Enumerable.Range(0, 1000).Select(_ => new SimulatedJob(random.Next(4) == 0 ? (ulong)random.Next(3) : null)),
        ];
        long[] arrivals = [.. jobs.Select(_ => 1 + (long)(generator.Next() * SimulatedDevice.Second))];
        var tally = new BatchTally(policy);

        // A second answer for one job would throw.
        new BatchSimulation(model, policy, new BatchingOptions { MaxQueue = 200 }, tally, random.Next()).Run(jobs, arrivals);

        Assert.All(jobs, job => Assert.Equal(JobState.Idle, job.State));
        SimulatedJob[] answered = [.. jobs.Where(job => job.Outcome == BatchOutcome.Completed)];
        Assert.All(answered, job => Assert.True(job.Answered > job.Enqueued));
        Assert.InRange(tally.Jobs, 1, answered.Length);
    }

    [Fact]
    public void Next_EitherPattern_HasTheRequestedMeanRate()
    {
        foreach (ArrivalPattern pattern in Enum.GetValues<ArrivalPattern>())
        {
            var generator = new ArrivalGenerator(pattern, 1000, 5);
            double last = 0;
            for (int i = 0; i < 400_000; i++)
                last = generator.Next();

            Assert.InRange(400_000 / last, 930, 1070);
        }
    }

    /// <summary>A quick check of the suite's goals on one device; the suite checks all of them.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(1.0)]
    [InlineData(1.5)]
    public void Run_RecOpsPolicy_AsGoodAsTheBestFixedSetting(double load)
    {
        DeviceModel model = DeviceModel.Standard[2];

        LoadPoint point = LoadPoint.Run(model, ArrivalPattern.Poisson, load, 5000, 3);

        Assert.InRange(point.GoodputRatio, 0.95, 1.2);
    }
}
