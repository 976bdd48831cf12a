using RecOps.Shared.Bundles.Report;
using RecOps.Training.Evaluation;
using Xunit;

namespace RecOps.Tests.Training.Evaluation;

public sealed class ShippingVerdictTests
{
    private static readonly Dictionary<string, ModelFigures> Baselines = new()
    {
        ["popular"] = Figures(0.07, 0.03),
        ["repeat"] = Figures(0.33, null),
        ["ease"] = Figures(0.25, 0.09),
    };

    [Theory]
    [InlineData(0.34, 0.1)]
    [InlineData(0.34, null)]
    public void Judge_StudentAboveAll_IsFit(double all, double? firstTime) =>
        Assert.Equal(new ShippingVerdict(true, "The student beats every baseline"), ShippingRule.Judge(Figures(all, firstTime), Baselines));

    [Theory]
    [InlineData(0.01, "0.0100")]
    [InlineData(0.3, "0.3000")]
    [InlineData(0.33, "0.3300")]
    [InlineData(double.NaN, "NaN")]
    public void Judge_StudentNotAboveTheBest_IsNotFitAndNamesIt(double student, string shown) =>
        Assert.Equal(
            new ShippingVerdict(false, $"REPEAT BEATS IT: not fit to ship (NDCG@10 0.3300 against {shown})"),
            ShippingRule.Judge(Figures(student, 0.1), Baselines)
        );

    [Theory]
    [InlineData(0.09, "0.0900")]
    [InlineData(0.01, "0.0100")]
    public void Judge_BaselineBetterOnFirstTimePurchases_IsFitAndNamesIt(double firstTime, string shown) =>
        Assert.Equal(
            new ShippingVerdict(
                true,
                $"The student beats every baseline over all purchases, but ease beats it on first-time purchases (NDCG@10 0.0900 against {shown})"
            ),
            ShippingRule.Judge(Figures(0.34, firstTime), Baselines)
        );

    private static ModelFigures Figures(double all, double? firstTime) => new(all, firstTime, 0, null, null, null, null);
}
