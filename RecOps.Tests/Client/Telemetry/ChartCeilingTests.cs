using RecOps.Client.Telemetry.Charts;
using Xunit;

namespace RecOps.Tests.Client.Telemetry;

public sealed class ChartCeilingTests
{
    [Fact]
    public void Ceiling_OneSlowSecond_KeepsTheOthersReadable() =>
        Assert.Equal(2, Latency([.. Enumerable.Repeat<double?>(0.9, 59), 27]).Ceiling);

    [Fact]
    public void Ceiling_SlowForLong_ShowsAllOfIt() =>
        Assert.Null(Latency([.. Enumerable.Repeat<double?>(0.9, 50), .. Enumerable.Repeat<double?>(27, 10)]).Ceiling);

    [Fact]
    public void Ceiling_PeakWithinReach_ShowsAllOfIt() => Assert.Null(Latency([.. Enumerable.Repeat<double?>(0.9, 59), 3]).Ceiling);

    [Fact]
    public void Ceiling_HardlyAnySeconds_ShowsAllOfThem() =>
        Assert.Null(Latency([.. Enumerable.Repeat<double?>(null, 50), .. Enumerable.Repeat<double?>(0.9, 9), 27]).Ceiling);

    [Fact]
    public void Ceiling_Rates_ShowAllOfThem() =>
        Assert.Null(Chart(ChartUnit.PerSecond, [.. Enumerable.Repeat<double?>(0.9, 59), 27]).Ceiling);

    private static ChartData Latency(double?[] values) => Chart(ChartUnit.Milliseconds, values);

    private static ChartData Chart(ChartUnit unit, double?[] values) =>
        new(unit, [.. values.Select((_, second) => Sample.Noon.AddSeconds(second))], [new("p99", ChartColour.Amber, values)]);
}
