using RecOps.Training.Models;
using Xunit;

namespace RecOps.Tests.Training.Models;

public sealed class ScoreCalibrationTests
{
    [Fact]
    public void Fit_OutcomesOfAKnownCurve_FindsItsSlopeAndOffset()
    {
        var random = new Random(5);
        float[] scores = [.. Enumerable.Range(0, 40_000).Select(_ => (random.NextSingle() * 8) - 4)];
        float[] labels = [.. scores.Select(s => random.NextDouble() < 1 / (1 + Math.Exp(-((0.7 * s) - 1.5))) ? 1f : 0f)];
        float[] weights = [.. scores.Select(_ => 1f)];
        ScoreCalibration fitted = ScoreCalibration.Fit(scores, labels, weights);
        Assert.Equal(0.7f, fitted.Slope, 0.05f);
        Assert.Equal(-1.5f, fitted.Offset, 0.1f);
    }

    [Fact]
    public void Fit_WeightOfTwo_EqualsTheSameCaseTwice()
    {
        ScoreCalibration twice = ScoreCalibration.Fit([-1, 0, 0, 1, 2, 2], [0, 0, 1, 1, 1, 0], [1, 1, 1, 2, 1, 1]);
        ScoreCalibration listed = ScoreCalibration.Fit([-1, 0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1, 1]);
        Assert.Equal(listed.Slope, twice.Slope, 1e-4f);
        Assert.Equal(listed.Offset, twice.Offset, 1e-4f);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    public void Fit_OutcomesAllTheSame_KeepsTheOrderAndStaysFinite(float label)
    {
        ScoreCalibration fitted = ScoreCalibration.Fit([-1, 0, 1], [label, label, label], [1, 1, 1]);
        Assert.True(fitted.Slope > 0 && float.IsFinite(fitted.Offset));
    }
}
