using RecOps.Client.Telemetry.Capacity;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry.Capacity;

public sealed class CapacityPlanTests
{
    /// <summary>1 ms for one list, 4 ms for eight, 40 ms for 64.</summary>
    private static readonly ServiceTime[] Times = [new(1, 1, 1.5, 9), new(8, 4, 5, 9), new(64, 40, 48, 9)];

    private static readonly CapacityFacts Cpu = new("demo 1", "cpu", false, 4, 4, 50, Times, new LoadCost(600, 60_000, 0.5, 1, 0.1, 0.4));

    private static readonly CapacityFacts Gpu = Cpu with { Provider = "cuda", IsGpu = true, Lanes = 1 };

    [Fact]
    public void Measured_Facts_StartsWithTheLargestBatchWithinTheSlo()
    {
        CapacityInputs inputs = CapacityPlan.Measured(Cpu, 125_000, 100);
        Assert.Equal(new CapacityInputs(50, 8, 0.1, 4, 70, 125_000, 100), inputs);
    }

    [Fact]
    public void Rate_Cpu_BatchesAndOtherWorkShareTheCores()
    {
        // Half of the requests are computed, at half a millisecond each, and each costs another 0.1 ms: 0.35 ms of 4 cores, 70 % busy.
        ServerRate rate = CapacityPlan.Rate(Cpu, CapacityPlan.Measured(Cpu, 125_000, 100));
        Assert.Equal(0.7 * 4000 / 0.35, rate.PerSecond, 6);
        Assert.False(rate.BoundByDevice);
        Assert.Equal(16, CapacityPlan.Servers(rate.PerSecond, 125_000));
    }

    [Fact]
    public void Rate_Gpu_IsLimitedByTheBottleneck()
    {
        CapacityInputs inputs = CapacityPlan.Measured(Gpu, 125_000, 100);
        Assert.Equal(new ServerRate(0.7 * 1000 / 0.25, true), CapacityPlan.Rate(Gpu, inputs));
        Assert.Equal(new ServerRate(0.7 * 4000 / 2, false), CapacityPlan.Rate(Gpu, inputs with { OtherCpuMs = 2 }));
    }

    [Theory]
    [InlineData(100, 0)]
    [InlineData(-5, 0.1)]
    public void Rate_Extremes_NeitherInfiniteNorNegative(double hit, double other)
    {
        ServerRate rate = CapacityPlan.Rate(Cpu, new CapacityInputs(hit, 8, other, 0, 200, 1000, 1));
        Assert.InRange(rate.PerSecond, 0, 1e9);
        Assert.InRange(CapacityPlan.Servers(rate.PerSecond, 1000), 0, 1000);
    }

    [Fact]
    public void Rate_MoreHits_NeverLess()
    {
        CapacityInputs inputs = CapacityPlan.Measured(Cpu, 1000, 1);
        double[] rates = [.. Enumerable.Range(0, 101).Select(hit => CapacityPlan.Rate(Cpu, inputs with { HitPercent = hit }).PerSecond)];
        Assert.Equal(rates.Order(), rates);
    }
}
