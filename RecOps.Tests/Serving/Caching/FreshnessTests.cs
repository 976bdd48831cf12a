using RecOps.Serving.Caching;
using RecOps.Serving.Ranking;
using Xunit;

namespace RecOps.Tests.Serving.Caching;

public sealed class FreshnessTests
{
    private const long Made = 1_000_000_000;
    private static readonly CacheKey Key = new(7, 1, -1, 0, 3);
    private readonly Lifetimes _lifetimes = new(new CachingOptions());

    [Theory]
    [InlineData(0, Freshness.Fresh)]
    [InlineData(239_999, Freshness.Fresh)]
    [InlineData(300_000, Freshness.Aged)]
    [InlineData(21_599_999, Freshness.Aged)]
    [InlineData(21_600_000, Freshness.Absent)]
    internal void Of_Age_AsTheLifetimesSay(long age, Freshness expected) =>
        Assert.Equal(expected, _lifetimes.Of(Key, List(1), 5, 0, Made + age));

    [Fact]
    public void Of_UserDidSomething_OutdatedUntilGone()
    {
        Assert.Equal(Freshness.Outdated, _lifetimes.Of(Key, List(1), 6, 0, Made + 1));
        Assert.Equal(Freshness.Outdated, _lifetimes.Of(Key, List(1), 6, 0, Made + 400_000));
        Assert.Equal(Freshness.Absent, _lifetimes.Of(Key, List(1), 6, 0, Made + 21_600_000));
    }

    [Fact]
    public void Of_PurgedSince_Absent()
    {
        Assert.Equal(Freshness.Absent, _lifetimes.Of(Key, List(1), 5, Made, Made + 1));
        Assert.Equal(Freshness.Fresh, _lifetimes.Of(Key, List(1), 5, Made - 1, Made + 1));
    }

    [Fact]
    public void StaleFrom_ManyKeys_SpreadOverTheLastFifth()
    {
        double[] lifetimes =
        [
            .. Enumerable
                .Range(0, 1000)
                .Select(user => (_lifetimes.StaleFrom(Key with { User = (UInt128)(uint)user }, List(1)) - Made) / 1000.0),
        ];

        Assert.All(lifetimes, seconds => Assert.InRange(seconds, 240, 300));
        Assert.InRange(lifetimes.Average(), 267, 273);
        Assert.True(lifetimes.Min() < 243 && lifetimes.Max() > 297);
    }

    [Fact]
    public void StaleFrom_NothingKnownOfTheUser_AMinuteAtMost()
    {
        Assert.InRange(_lifetimes.StaleFrom(Key, List(0)) - Made, 48_000, 60_000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(200)]
    public void Encode_ThenDecode_SameList(int items)
    {
        CachedList list = List(items);

        Assert.True(CachedList.TryDecode(list.Encode(), 1000, ListOrigin.Snapshot, out CachedList? read));
        Assert.Equal(list.Ranked.Ordinals.ToArray(), read.Ranked.Ordinals.ToArray());
        Assert.Equal(list.Ranked.Scores.ToArray(), read.Ranked.Scores.ToArray());
        Assert.Equal((Made, 5UL, 2, 1.5f, ListOrigin.Snapshot), (read.Computed, read.Stamp, read.Cluster, read.Cost, read.Origin));
    }

    [Fact]
    public void Decode_CutShortOrOfAnotherModelOrGarbage_Refused()
    {
        byte[] bytes = List(3).Encode();
        var random = new Random(1);

        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.False(Decode(bytes.AsSpan(0, length))));
        Assert.False(CachedList.TryDecode(bytes, 2, ListOrigin.Request, out _));
        for (int i = 0; i < 1000; i++)
        {
            var garbage = new byte[random.Next(200)];
            random.NextBytes(garbage);
            Decode(garbage);
        }

        static bool Decode(ReadOnlySpan<byte> read) => CachedList.TryDecode(read, 1000, ListOrigin.Request, out _);
    }

    private static CachedList List(int items) =>
        new(new RankedSpan(Enumerable.Range(0, items).ToArray(), Enumerable.Range(0, items).Select(i => (Half)(1 - (i / 256f))).ToArray()))
        {
            Computed = Made,
            Stamp = 5,
            Cluster = 2,
            Cost = 1.5f,
        };
}
