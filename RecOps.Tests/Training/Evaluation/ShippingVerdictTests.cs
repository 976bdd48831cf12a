using RecOps.Shared.Bundles.Report;
using RecOps.Training.Evaluation;
using Xunit;

namespace RecOps.Tests.Training.Evaluation;

public sealed class ShippingVerdictTests
{
    private static readonly Dictionary<string, double> Baselines = new()
    {
        ["popular"] = 0.07,
        ["repeat"] = 0.33,
        ["ease"] = 0.25,
    };

    [Fact]
    public void Of_StudentAboveAll_IsFit() =>
        Assert.Equal(new ShippingVerdict(true, "The student beats every baseline"), ShippingRule.Judge(0.34, Baselines));

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.3)]
    [InlineData(0.33)]
    [InlineData(double.NaN)]
    public void Of_StudentNotAboveTheBest_IsNotFitAndNamesIt(double student) =>
        Assert.Equal(new ShippingVerdict(false, "REPEAT BEATS IT: not fit to ship"), ShippingRule.Judge(student, Baselines));
}
