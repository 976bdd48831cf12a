using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace RecOps.Tests;

public sealed class ChoicesTests
{
    [Fact]
    public void Check_FailingProperty_ShrinksToTheSmallestCase()
    {
        int[] last = [];
        Property property = Prop.ForAll(
            Choices.Arbitraries.Choices(),
            choices =>
            {
                int[] numbers = [.. Enumerable.Range(0, choices.Next(100)).Select(_ => choices.Next(1000))];
                if (!numbers.Any(number => number >= 500))
                    return true;
                last = numbers;
                return false;
            }
        );

        Assert.ThrowsAny<Exception>(() => Check.One(Config.QuickThrowOnFailure, property));

        Assert.InRange(Assert.Single(last), 500, 510);
    }

    [Fact]
    public void Rewind_SomeChoicesMade_ReplaysThemBeforeNewOnes()
    {
        Choices choices = Choices.Arbitraries.Choices().Generator.Sample(1).Single();
        int[] first = [choices.Next(1000), choices.Next(1000), choices.Next(1000)];

        choices.Rewind();

        int[] again = [choices.Next(1000), choices.Next(1000), choices.Next(1000)];
        Assert.Equal(first, again);
    }
}
