using RecOps.Shared.Bundles;
using RecOps.Training.Import;
using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using Xunit;

namespace RecOps.Tests.Training.Models;

public sealed class TrainingSamplesTests
{
    private const long Day = 86400;
    private static readonly FeatureSpec Features = new()
    {
        Context = [],
        FoldDecay = 0.9f,
        EventWeights = new()
        {
            ["view"] = 0.3f,
            ["click"] = 0.4f,
            ["cart"] = 0.7f,
            ["purchase"] = 1,
        },
    };

    [Fact]
    public void Build_Visits_AreLessonsWithPurchasesUpToTheHorizon()
    {
        (ShopperHistories histories, TrainingSamples samples) = Of(
            (0, 1, InteractionType.Purchase, 0),
            (0, 2, InteractionType.Purchase, 40 * Day),
            (0, 3, InteractionType.View, (40 * Day) + 60),
            (0, 4, InteractionType.Purchase, 45 * Day),
            (0, 5, InteractionType.Purchase, 60 * Day)
        );
        Assert.Equal([1, 3, 4], samples.All.Select(s => s.Entry - histories.Start(0)));
        var targets = new HashSet<int>();
        samples.CollectTargets(samples.All[0], targets);
        Assert.Equal([2, 4], targets.Order());
        samples.CollectTargets(samples.All[1], targets);
        Assert.Equal([4], targets.Order());
    }

    [Fact]
    public void Build_VisitsWithoutALaterPurchase_AreNotLessons()
    {
        (_, TrainingSamples samples) = Of(
            (0, 1, InteractionType.Purchase, 0),
            (0, 2, InteractionType.View, 40 * Day),
            (0, 3, InteractionType.Purchase, 60 * Day),
            (1, 3, InteractionType.View, 61 * Day)
        );
        TrainingSample sample = Assert.Single(samples.All);
        Assert.Equal(0, sample.User);
    }

    [Fact]
    public void Fill_AnySample_HasEachCandidateOnceAndEveryAnswerMarked()
    {
        (ShopperHistories histories, TrainingSamples samples) = Of(
            (0, 1, InteractionType.Purchase, 0),
            (0, 9, InteractionType.Purchase, Day),
            (0, 2, InteractionType.Purchase, 40 * Day),
            (0, 4, InteractionType.Purchase, 45 * Day)
        );
        var sampler = new CandidateSampler(histories, new int[40], width: 30);
        var targets = new HashSet<int>();
        samples.CollectTargets(samples.All[0], targets);
        var (candidates, labels, corrections) = (new long[sampler.Width], new float[sampler.Width], new float[sampler.Width]);
        sampler.Fill(samples.All[0], targets, new Random(1), [], candidates, labels, corrections);
        Assert.Equal(sampler.Width, candidates.Distinct().Count());
        Assert.Equal([2, 4], candidates.Where((_, i) => labels[i] == 1).Order());
        Assert.Contains(1, candidates);
        Assert.Contains(9, candidates);
        for (int i = 0; i < sampler.Width; i++)
        {
            bool shownAlways = targets.Contains((int)candidates[i]) || candidates[i] is 1 or 9;
            Assert.Equal(shownAlways, corrections[i] == 0);
        }
    }

    [Fact]
    public void Fill_CatalogueSmallerThanTheWidth_IncludesAllOfIt()
    {
        (ShopperHistories histories, TrainingSamples samples) = Of(
            (0, 1, InteractionType.Purchase, 0),
            (0, 2, InteractionType.Purchase, 40 * Day)
        );
        var sampler = new CandidateSampler(histories, new int[5], width: 30);
        var targets = new HashSet<int> { 0, 1, 2, 3 };
        var (candidates, labels) = (new long[sampler.Width], new float[sampler.Width]);
        sampler.Fill(samples.All[0], targets, new Random(1), [], candidates, labels, new float[sampler.Width]);
        Assert.Equal([0, 1, 2, 3, 4], candidates.Order());
        Assert.Equal(4, labels.Sum());
    }

    private static (ShopperHistories, TrainingSamples) Of(params (int User, int Item, InteractionType Type, long Time)[] events)
    {
        var table = new InteractionTable
        {
            Users = [.. events.Select(e => e.User)],
            Items = [.. events.Select(e => e.Item)],
            Types = [.. events.Select(e => e.Type)],
            Times = [.. events.Select(e => e.Time)],
        };
        ShopperHistories histories = ShopperHistories.Build(table, 3, 30);
        return (histories, TrainingSamples.Build(histories, ItemTrends.Build(table, 3, 10, Features), 14 * Day));
    }
}
