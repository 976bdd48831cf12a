using RecOps.Shared.Bundles.Report;
using RecOps.Training.Evaluation;
using Xunit;

namespace RecOps.Tests.Training.Evaluation;

public sealed class PairedBootstrapTests
{
    [Fact]
    public void Difference_SameFiguresForEveryUser_IsCertain()
    {
        double[] model = [.. Enumerable.Range(0, 50).Select(i => i / 50.0)];
        double[] baseline = [.. model.Select(value => value - 0.1)];

        DifferenceInterval interval = PairedBootstrap.Difference(model, baseline)!;

        Assert.Equal(0.1, interval.Difference, 12);
        Assert.Equal(0.1, interval.Low, 12);
        Assert.Equal(0.1, interval.High, 12);
    }

    [Fact]
    public void Difference_NormalDifferences_IsAsWideAsTheory()
    {
        var random = new Random(4);
        double[] model = [.. Enumerable.Range(0, 1000).Select(_ => random.NextDouble())];
        double[] baseline = [.. Enumerable.Range(0, 1000).Select(_ => random.NextDouble())];

        DifferenceInterval interval = PairedBootstrap.Difference(model, baseline)!;

        // Two uniform variables differ with a variance of 1/6.
        Assert.Equal(2 * 1.96 * Math.Sqrt(1 / 6.0 / 1000), interval.High - interval.Low, 0.005);
        Assert.InRange(interval.Difference, interval.Low, interval.High);
    }

    [Fact]
    public void Difference_SameSeed_GivesTheSameInterval()
    {
        double[] model = [0.1, 0.9, 0.4, 0.3];
        double[] baseline = [0.2, 0.1, 0.5, 0.3];

        Assert.Equal(PairedBootstrap.Difference(model, baseline, seed: 9), PairedBootstrap.Difference(model, baseline, seed: 9));
    }

    [Fact]
    public void Difference_DifferentUsers_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PairedBootstrap.Difference([1, 2], [1]));
}
