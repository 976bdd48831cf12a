using RecOps.Bench.Load;
using Xunit;

namespace RecOps.Tests.Bench.Load;

public sealed class LoadSummaryTests
{
    private static readonly LoadPhase[] Phases = [new(10, 1), new(20, 1)];

    [Fact]
    public void Of_Requests_CountedByOutcome()
    {
        byte computed = ListSource.Of("computed"u8);
        byte popular = ListSource.Of("popular"u8);
        Sample[] samples =
        [
            new(0.01f, 5, 200, computed, false, 0),
            new(0.05f, 60, 200, computed, false, 0),
            new(0.15f, 8, 200, popular, true, 0),
            new(0.25f, 1, 503, 0, false, 0),
            new(0.35f, 900, Sample.Unanswered, 0, false, 0),
            new(1.5f, 3, 200, popular, false, 1),
        ];

        LoadResult result = LoadSummary.Of(samples, Phases, sloMs: 50, closed: false);

        PhaseResult first = result.Phases[0];
        Assert.Equal((5, 3, 1, 1), (first.Sent, first.Lists, first.Unavailable, first.Other));
        Assert.Equal((1, 1, 1), (first.GoodComputed, first.GoodDegraded, first.Degraded));
        Assert.Equal(2, first.Sources["computed"]);
        Assert.Equal(1, first.Statuses["unanswered"]);
        Assert.Equal((900, 8), (first.MaxMs, first.P50Ms));
        Assert.Null(first.P999Ms);
        Assert.Equal(1, result.Phases[1].GoodComputed);
        Assert.Equal([2, 1, 1, 1, 1], result.Slots.Select(slot => slot.Sent));
        Assert.Equal([1, 0, 1, 1, 0], result.Slots.Select(slot => slot.Missed));
    }

    [Fact]
    public void Of_PhaseWithoutRequests_NoPercentiles()
    {
        PhaseResult phase = LoadSummary.Of([], [new LoadPhase(0, 1)], sloMs: 50, closed: false).Phases[0];

        Assert.Equal(0, phase.Sent);
        Assert.Null(phase.P50Ms);
    }

    [Theory]
    [InlineData(0.5, 50)]
    [InlineData(0.99, 99)]
    [InlineData(0.999, 100)]
    [InlineData(1, 100)]
    [InlineData(0, 1)]
    public void Percentile_OneToAHundred_NearestRank(double share, float expected) =>
        Assert.Equal(expected, LoadSummary.Percentile([.. Enumerable.Range(1, 100).Select(i => (float)i)], share));
}
