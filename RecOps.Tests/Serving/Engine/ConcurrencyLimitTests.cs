using Microsoft.Extensions.Time.Testing;
using RecOps.Serving.Engine;
using RecOps.Tests.Server.Recommendations;
using Xunit;

namespace RecOps.Tests.Serving.Engine;

public sealed class ConcurrencyLimitTests
{
    private static readonly TimeSpan Queue = TimeSpan.FromMilliseconds(10);

    [Theory]
    [InlineData(1, 0.001)]
    [InlineData(2, 0.001)]
    [InlineData(2, 0.005)]
    [InlineData(8, 0.005)]
    [InlineData(16, 0.02)]
    public void TryEnter_ThreeTimesTheCapacity_NearlyAllOfItAndShortQueues(int cores, double service)
    {
        (SimulatedStation station, _) = Create(cores, service);
        double capacity = cores / service;
        station.Run(3 * capacity, 5);

        SimulatedStation.Outcome outcome = station.Run(3 * capacity, 60);

        Assert.InRange(outcome.Completed, 0.95 * capacity, 1.05 * capacity);
        Assert.InRange(outcome.MeanLatency, service, service + (3 * Queue.TotalSeconds));
    }

    [Fact]
    public void TryEnter_HalfTheCapacity_HardlyAnyRefused()
    {
        (SimulatedStation station, _) = Create(cores: 4, service: 0.004);
        station.Run(500, 5);

        SimulatedStation.Outcome outcome = station.Run(500, 30);

        Assert.InRange(outcome.Refused, 0, 0.1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TryEnter_LoadFallsToHalf_EveryoneServedFastWithinASecond(int seed)
    {
        (SimulatedStation station, _) = Create(cores: 2, service: 0.003, seed);
        double capacity = 2 / 0.003;
        station.Run(3 * capacity, 60);
        station.Run(0.5 * capacity, 1);

        SimulatedStation.Outcome outcome = station.Run(0.5 * capacity, 5);

        Assert.InRange(outcome.Refused, 0, 0.01 * capacity);
        Assert.InRange(outcome.MeanLatency, 0, 0.003 * 2);
    }

    [Fact]
    public void TryEnter_ServiceBecomesFourTimesSlower_StillAllOfTheCapacity()
    {
        (SimulatedStation station, ConcurrencyLimit limit) = Create(cores: 4, service: 0.002);
        station.Run(6000, 10);
        station.MeanSeconds = 0.008;
        station.Run(1500, 15);

        SimulatedStation.Outcome outcome = station.Run(1500, 30);

        Assert.InRange(outcome.Completed, 0.95 * 500, 1.05 * 500);
        Assert.InRange(outcome.MeanLatency, 0.008, 0.008 + (3 * Queue.TotalSeconds));
        Assert.InRange(limit.Limit, 4, 64);
    }

    [Fact]
    public void TryEnter_NoRoom_NothingEntered()
    {
        var limit = new ConcurrencyLimit(min: 2, max: 8, Queue, new FakeTimeProvider());

        Assert.Equal([true, true, false], new[] { limit.TryEnter(), limit.TryEnter(), limit.TryEnter() });
        Assert.Equal(2, limit.InFlight);
        limit.Exit(1, ComputationOutcome.Failed);
        Assert.True(limit.TryEnter());
    }

    [Fact]
    public void Exit_AllTooLate_LimitFallsToTheLeast()
    {
        var time = new FakeTimeProvider();
        var limit = new ConcurrencyLimit(min: 2, max: 64, Queue, time);
        for (int i = 0; i < 50; i++)
            RunFull(limit, time, milliseconds: 1, ComputationOutcome.Done);
        Assert.Equal(64, limit.Limit);

        for (int i = 0; i < 50; i++)
            RunFull(limit, time, milliseconds: 1, ComputationOutcome.TooLate);

        Assert.Equal(2, limit.Limit);
    }

    /// <summary>As many as there is room for, for longer than a window.</summary>
    private static void RunFull(ConcurrencyLimit limit, FakeTimeProvider time, int milliseconds, ComputationOutcome outcome)
    {
        for (int i = 0; i < 10; i++)
        {
            int entered = 0;
            while (limit.TryEnter())
                entered++;
            time.Advance(TimeSpan.FromMilliseconds(10));
            for (; entered > 0; entered--)
                limit.Exit(milliseconds * TimeSpan.TicksPerMillisecond, outcome);
        }
    }

    private static (SimulatedStation Station, ConcurrencyLimit Limit) Create(int cores, double service, int seed = 1)
    {
        var time = new FakeTimeProvider();
        var limit = new ConcurrencyLimit(cores, max: 256, Queue, time);
        return (new SimulatedStation(cores, service, time, limit, seed), limit);
    }
}
