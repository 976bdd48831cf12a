using RecOps.Serving.Caching.Eviction;
using Xunit;

namespace RecOps.Tests.Serving.Caching.Eviction;

public sealed class ClusterRatesTests
{
    [Fact]
    public void RateOf_SomeRequests_ByEntry()
    {
        var rates = new ClusterRates(1_000);
        for (int i = 0; i < 4; i++)
            rates.Entered(2);
        for (int i = 0; i < 12; i++)
            rates.Asked(2);

        Assert.Equal((3, 0, 0), (rates.RateOf(2), rates.RateOf(7), rates.RateOf(-1)));
        rates.Left(2);
        Assert.Equal(4, rates.RateOf(2));
    }

    [Fact]
    public void RateOf_OthersAskedForSince_Fades()
    {
        var rates = new ClusterRates(1_000);
        rates.Entered(0);
        for (int i = 0; i < 100; i++)
            rates.Asked(0);
        for (int i = 0; i < 1_000; i++)
            rates.Asked(1);

        Assert.InRange(rates.RateOf(0), 20, 30);
    }
}
