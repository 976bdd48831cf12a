using RecOps.Bench.Load;
using Xunit;

namespace RecOps.Tests.Bench.Load;

public sealed class PoissonArrivalsTests
{
    [Fact]
    public void TryNext_ChangingRate_EachPhaseHasItsOwn()
    {
        List<(double Due, int Phase)> all = Draw([new LoadPhase(1000, 20), new LoadPhase(0, 5), new LoadPhase(100, 20)], seed: 3);

        double[] gaps = [.. all.Where(a => a.Phase == 0).Select(a => a.Due).Pairwise()];
        Assert.InRange(all.Count(a => a.Phase == 0), 19_400, 20_600);
        Assert.InRange(all.Count(a => a.Phase == 2), 1_800, 2_200);
        Assert.All(all, a => Assert.True(a.Phase == 0 ? a.Due < 20 : a is { Phase: 2, Due: >= 25 and < 45 }));

        // Gaps of a Poisson process are exponential: the deviation equals the mean, and one in e is longer than the mean.
        double mean = gaps.Average();
        Assert.InRange(Math.Sqrt(gaps.Average(g => (g - mean) * (g - mean))) / mean, 0.95, 1.05);
        Assert.InRange(gaps.Count(g => g > mean) / (double)gaps.Length, 0.355, 0.38);
    }

    [Fact]
    public void TryNext_SameSeed_SameTimes()
    {
        LoadPhase[] phases = [new(50, 4), new(500, 1)];

        Assert.Equal(Draw(phases, seed: 7), Draw(phases, seed: 7));
        Assert.NotEqual(Draw(phases, seed: 7), Draw(phases, seed: 8));
    }

    private static List<(double Due, int Phase)> Draw(LoadPhase[] phases, int seed)
    {
        var arrivals = new PoissonArrivals(phases, seed);
        var all = new List<(double, int)>();
        while (arrivals.TryNext(out double due, out int phase))
            all.Add((due, phase));
        return all;
    }
}

internal static class Gaps
{
    public static IEnumerable<double> Pairwise(this IEnumerable<double> moments) => moments.Zip(moments.Skip(1), (a, b) => b - a);
}
