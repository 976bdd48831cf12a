using RecOps.Client.Recommendations;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Client.Recommendations;

public sealed class TryStateTests
{
    public static TheoryData<TryState> States =>
        [
            TryState.Default,
            new TryState("17850", "product", 40, "85123A", "United Kingdom", "a&b=c"),
            new TryState("Zoë +?#/ 100%", "home", 12, "", "", ""),
        ];

    [Theory]
    [MemberData(nameof(States))]
    public void ToQuery_AnyState_ComesBackFromParse(TryState state) => Assert.Equal(state, TryState.Parse(state.ToQuery()));

    [Fact]
    public void Parse_Nonsense_IsTheDefault() => Assert.Equal(TryState.Default, TryState.Parse("?count=many&color=red"));

    [Fact]
    public void ToRequest_NothingAdvanced_LeavesItOutAndAsksForExplanation()
    {
        RecommendationRequest request = (TryState.Default with { UserId = "u1", ItemId = " p1 " }).ToRequest();

        Assert.Equal(("u1", "home", 12, "p1"), (request.UserId, request.Placement, request.Count, request.ItemId));
        Assert.Equal((null, null, true), (request.Country, request.Segment, request.Explain));
    }
}
