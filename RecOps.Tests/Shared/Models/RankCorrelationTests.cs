using RecOps.Shared.Models;
using Xunit;

namespace RecOps.Tests.Shared.Models;

public sealed class RankCorrelationTests
{
    [Theory]
    [InlineData(new float[] { 1, 2, 3 }, new float[] { 10, 20, 30 }, 1.0)]
    [InlineData(new float[] { 1, 2, 3 }, new float[] { 3, 2, 1 }, -1.0)]
    [InlineData(new float[] { 1, 2, 3 }, new float[] { 2, 1, 3 }, 1 / 3.0)]
    [InlineData(new float[] { 1, 1, 3 }, new float[] { 1, 2, 3 }, 2 / 3.0)]
    [InlineData(new float[] { 5 }, new float[] { 7 }, null)]
    public void KendallTau_Scores_CountsPairsInTheSameOrder(float[] a, float[] b, double? expected) =>
        Assert.Equal(expected, RankCorrelation.KendallTau(a, b));
}
