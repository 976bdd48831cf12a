using RecOps.Client.Shell;
using RecOps.Client.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry;

public sealed class TimeStateTests
{
    public static TheoryData<TimeState> States =>
        [
            TimeState.Default,
            new TimeState(Sample.Noon, 1),
            new TimeState(null, 2880),
            new TimeState(Sample.Noon.AddSeconds(7), 5),
            new TimeState(null, 10, 30),
        ];

    [Theory]
    [MemberData(nameof(States))]
    public void ToQuery_AnyState_ComesBackFromParse(TimeState state) =>
        Assert.Equal(state, TimeState.Parse(QueryText.Parse(QueryText.Format(state.ToQuery()))));

    [Fact]
    public void ToQuery_Default_IsEmpty() => Assert.Equal("", QueryText.Format(TimeState.Default.ToQuery()));

    [Theory]
    [InlineData("?range=7&at=yesterday")]
    [InlineData("?range=")]
    [InlineData("?every=2")]
    [InlineData("?&&=&at")]
    public void Parse_Nonsense_IsTheDefault(string query) => Assert.Equal(TimeState.Default, TimeState.Parse(QueryText.Parse(query)));

    [Theory]
    [InlineData("p50", LatencyPercentile.P50)]
    [InlineData("p999", LatencyPercentile.P999)]
    [InlineData("p75", LatencyPercentile.P99)]
    [InlineData("3", LatencyPercentile.P99)]
    [InlineData("", LatencyPercentile.P99)]
    public void Parse_Percentile_NonsenseIsTheDefault(string text, LatencyPercentile expected) =>
        Assert.Equal(expected, LatencyPercentiles.Parse(text));
}
