using RecOps.Training.Evaluation;
using Xunit;

namespace RecOps.Tests.Training.Evaluation;

public sealed class AgreementTests
{
    [Fact]
    public void ShareOfGap_StudentHalfway_IsOneHalf()
    {
        double[] control = [.. Enumerable.Range(0, 200).Select(i => 0.2 + (0.1 * (i % 3)))];
        double[] ensemble = [.. control.Select((value, i) => value + 0.02 + (0.01 * (i % 5)))];
        double[] student = [.. control.Zip(ensemble, (low, high) => (low + high) / 2)];

        var interval = PairedBootstrap.ShareOfGap(student, control, ensemble)!;

        Assert.Equal(0.5, interval.Low, 1e-9);
        Assert.Equal(0.5, interval.High, 1e-9);
    }

    [Fact]
    public void ShareOfGap_NoGap_IsNull()
    {
        double[] same = [.. Enumerable.Range(0, 50).Select(i => i / 50.0)];
        Assert.Null(PairedBootstrap.ShareOfGap(same, same, same));
    }

    [Theory]
    [InlineData(0.38, 0.36, 0.40, 0.5)]
    [InlineData(0.35, 0.36, 0.40, -0.25)]
    [InlineData(0.38, 0.36, 0.355, null)]
    [InlineData(0.38, 0.36, null, null)]
    [InlineData(0.38, null, 0.40, null)]
    public void ShareOfGap_EnsembleNoBetterThanControl_IsNull(double student, double? control, double? ensemble, double? expected)
    {
        double? share = ModelReport.ShareOfGap(student, control, ensemble);
        Assert.Equal(expected is null, share is null);
        if (expected is { } value)
            Assert.Equal(value, share!.Value, 1e-9);
    }
}
