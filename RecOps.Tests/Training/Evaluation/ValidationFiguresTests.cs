using RecOps.Training.Evaluation;
using Xunit;

namespace RecOps.Tests.Training.Evaluation;

public sealed class ValidationFiguresTests
{
    [Theory]
    [InlineData(0.4, 0.10, 0.2, 0.10, 1.0)]
    [InlineData(0.4, 0.05, 0.2, 0.10, 0.5)]
    [InlineData(0.1, 0.30, 0.2, 0.10, 0.5)]
    [InlineData(0.3, null, 0.2, 0.10, 1.5)]
    public void WorstRatioTo_Another_IsTheSmallerOfTheTwo(
        double all,
        double? firstTime,
        double otherAll,
        double? otherFirst,
        double expected
    ) => Assert.Equal(expected, new ValidationFigures(all, firstTime).WorstRatioTo(new ValidationFigures(otherAll, otherFirst)), 1e-12);

    [Fact]
    public void BestOf_OneIsPoorInAColumn_TheOthersAreStillComparedInIt() =>
        Assert.Equal(2, ValidationFigures.BestOf([new(0.0364, 0.0124), new(0.0521, 0.0317), new(0.0499, 0.0341)]));

    [Fact]
    public void BestOf_Equals_IsTheFirst() => Assert.Equal(0, ValidationFigures.BestOf([new(0.2, null), new(0.2, null), new(0.1, null)]));
}
