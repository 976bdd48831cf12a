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

    private static readonly Dictionary<string, DifferenceInterval> ClearLead = new()
    {
        ["repeat"] = new DifferenceInterval(0.01, 0.002, 0.02),
    };

    [Theory]
    [InlineData(0.34, 0.1)]
    [InlineData(0.34, null)]
    public void Judge_StudentAboveAll_IsFit(double all, double? firstTime) =>
        Assert.Equal(new ShippingVerdict(true, "The student beats every baseline measured"), Judge(all, firstTime));

    [Theory]
    [InlineData(0.01, "BEATS IT", "0.0100")]
    [InlineData(0.3, "BEATS IT", "0.3000")]
    [InlineData(0.33, "IS AS GOOD", "0.3300")]
    [InlineData(double.NaN, "BEATS IT", "NaN")]
    public void Judge_StudentNotAboveTheBest_IsNotFitAndNamesIt(double student, string standing, string shown) =>
        Assert.Equal(
            new ShippingVerdict(false, $"REPEAT {standing}: not fit to ship (NDCG@10 0.3300 against {shown})"),
            Judge(student, 0.1)
        );

    [Theory]
    [InlineData(0.09, "is as good", "0.0900")]
    [InlineData(0.01, "beats it", "0.0100")]
    public void Judge_BaselineBetterOnFirstTimePurchases_IsFitAndNamesIt(double firstTime, string standing, string shown) =>
        Assert.Equal(
            new ShippingVerdict(
                true,
                "The student beats every baseline measured. That is over all purchases; on first-time purchases ease "
                    + $"{standing} (NDCG@10 0.0900 against {shown})"
            ),
            Judge(0.34, firstTime)
        );

    [Fact]
    public void Judge_LeadThatMayBeChance_SaysSo()
    {
        var leads = new Dictionary<string, DifferenceInterval> { ["repeat"] = new(0.01, -0.002, 0.02) };

        Assert.Equal(
            new ShippingVerdict(
                true,
                "The student is ahead of every baseline measured, but its lead over repeat may be chance (NDCG@10 +0.0100, −0.0020 to "
                    + "+0.0200 in 95% of resamples)"
            ),
            ShippingRule.Judge(Figures(0.34, 0.1), Baselines, leads)
        );
    }

    private static ShippingVerdict Judge(double all, double? firstTime) =>
        ShippingRule.Judge(Figures(all, firstTime), Baselines, ClearLead);

    private static ModelFigures Figures(double all, double? firstTime) => new(all, firstTime, 0, null, null, null, null);
}
