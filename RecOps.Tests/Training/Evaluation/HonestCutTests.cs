using RecOps.Shared.Bundles;
using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using Xunit;

namespace RecOps.Tests.Training.Evaluation;

public sealed class HonestCutTests
{
    [Fact]
    public void Choose_CutInTheBundle_IsUsed() => Assert.Equal(100, HonestCut.Choose([Bundle("a", cut: 100, last: 99)], null));

    [Fact]
    public void Choose_BundlesWithTheSameCut_UsesIt() =>
        Assert.Equal(100, HonestCut.Choose([Bundle("a", cut: 100, last: 99), Bundle("b", cut: 100, last: 100)], null));

    [Fact]
    public void Choose_BundlesWithDifferentCuts_IsRefused() =>
        AssertRefused("different times", [Bundle("a", cut: 100, last: 99), Bundle("b", cut: 200, last: 99)], null);

    [Fact]
    public void Choose_TrainedOnEverything_IsRefused() => AssertRefused("trained on all events", [Bundle("a", cut: null, last: 500)], null);

    [Theory]
    [InlineData(499)]
    [InlineData(0)]
    public void Choose_RequestedTimeBeforeTheLastEvent_IsRefused(long asked) =>
        AssertRefused("has already seen part of the events", [Bundle("a", cut: null, last: 500)], asked);

    [Fact]
    public void Choose_RequestedTimeAtTheLastEvent_IsUsed() =>
        Assert.Equal(500, HonestCut.Choose([Bundle("a", cut: null, last: 500)], 500));

    [Fact]
    public void Choose_RequestedTimeBeforeTheRecordedCut_IsRefused() =>
        AssertRefused("has already seen part of the events", [Bundle("a", cut: 100, last: 99)], 50);

    [Fact]
    public void Choose_RecordedCutBeforeTheLastEvent_IsRefused() =>
        AssertRefused("has already seen part of the events", [Bundle("a", cut: 100, last: 101)], null);

    [Fact]
    public void Choose_BundleWithoutATrainingRecord_NeedsACut()
    {
        BundleManifest silent = Bundle("a", null, 0) with { Training = null };

        AssertRefused("does not record", [silent], null);
        Assert.Equal(7, HonestCut.Choose([silent], 7));
    }

    private static void AssertRefused(string reason, BundleManifest[] bundles, long? asked)
    {
        var problem = Assert.Throws<TrainingException>(() => HonestCut.Choose(bundles, asked));
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    private static BundleManifest Bundle(string name, long? cut, long last) =>
        new()
        {
            Name = name,
            Version = "1",
            Created = DateTimeOffset.UnixEpoch,
            Dimension = 8,
            Counts = new BundleCounts(1, 1, 1, 1, 1),
            Features = new FeatureSpec
            {
                Context = [],
                FoldDecay = 0.9f,
                EventWeights = [],
            },
            Training = new TrainingRecord(
                cut is { } time ? DateTimeOffset.FromUnixTimeSeconds(time) : null,
                DateTimeOffset.UnixEpoch,
                DateTimeOffset.FromUnixTimeSeconds(last),
                1,
                1
            ),
            Files = [],
        };
}
