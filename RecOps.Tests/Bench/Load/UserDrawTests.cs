using RecOps.Bench.Load;
using Xunit;

namespace RecOps.Tests.Bench.Load;

public sealed class UserDrawTests
{
    private const int Draws = 200_000;

    [Theory]
    [InlineData(0)]
    [InlineData(0.8)]
    [InlineData(1)]
    [InlineData(1.3)]
    public void Next_AnyExponent_SharesOfZipfsLaw(double exponent)
    {
        const int users = 50;
        UserDraw draw = UserDraw.Of(users, exponent, seed: 5);
        int[] counts = new int[users];
        for (int i = 0; i < Draws; i++)
            counts[draw.Next()]++;

        double all = Enumerable.Range(1, users).Sum(rank => Math.Pow(rank, -exponent));
        for (int rank = 1; rank <= users; rank++)
        {
            double expected = Draws * Math.Pow(rank, -exponent) / all;
            Assert.InRange(counts[rank - 1], expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)));
        }
    }

    [Fact]
    public void Next_MillionsOfUsers_AllWithinBounds()
    {
        UserDraw draw = UserDraw.Of(10_000_000, 1.05, seed: 2);
        for (int i = 0; i < Draws; i++)
            Assert.InRange(draw.Next(), 0, 9_999_999);
    }
}
