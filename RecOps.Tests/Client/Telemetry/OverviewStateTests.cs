using RecOps.Client.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry;

public sealed class OverviewStateTests
{
    public static TheoryData<OverviewState> States =>
    [
        OverviewState.Default,
        new OverviewState(Sample.Noon, 1, LatencyPercentile.P50),
        new OverviewState(null, 10, LatencyPercentile.P99),
        new OverviewState(Sample.Noon.AddSeconds(7), 5, LatencyPercentile.P50),
    ];

    [Theory]
    [MemberData(nameof(States))]
    public void ToQuery_AnyState_ComesBackFromParse(OverviewState state)
        => Assert.Equal(state, OverviewState.Parse(state.ToQuery()));

    [Fact]
    public void ToQuery_Default_IsEmpty() => Assert.Equal("", OverviewState.Default.ToQuery());

    [Theory]
    [InlineData("?range=7&stage=p75&at=yesterday")]
    [InlineData("?range=&stage=3")]
    [InlineData("?&&=&at")]
    public void Parse_Nonsense_IsTheDefault(string query) => Assert.Equal(OverviewState.Default, OverviewState.Parse(query));
}
