using RecOps.Bench.Processes;
using Xunit;

namespace RecOps.Tests.Bench.Processes;

public sealed class PrometheusTextTests
{
    private const string Text = """
        # TYPE a_seconds histogram
        a_seconds_sum{stage="ranking",otel="x"} 1.5 1690000000000
        a_seconds_sum{stage="rules"} 0.25
        a_seconds_sum_total 99
        plain 7e3

        """;

    [Theory]
    [InlineData("a_seconds_sum", null, 1.75)]
    [InlineData("a_seconds_sum", "stage=\"ranking\"", 1.5)]
    [InlineData("plain", null, 7000)]
    [InlineData("absent", null, 0)]
    public void Sum_Name_ItsSeriesAlone(string name, string? label, double expected) =>
        Assert.Equal(expected, PrometheusText.Sum(Text, name, label), 1e-9);
}
