using RecOps.Shared.Bundles;
using RecOps.Tests.Training.Evaluation;
using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using RecOps.Training.Models;
using RecOps.Training.PlainRules;
using Xunit;

namespace RecOps.Tests.Training.PlainRules;

public sealed class PlainRuleTests : IDisposable
{
    private const int Users = 20;
    private const int Items = 40;
    private readonly TempDirectory _directory = new();
    private readonly ShopData _data = TinyShop.Random(Users, Items, 600, seed: 11);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Fit_AnyShop_HasRulesWithAndWithoutTheHistory()
    {
        PlainRule[] rules = Rules();

        Assert.Equal(8, rules.Select(rule => (rule.Fade, rule.Popularity.Sum())).Distinct().Count());
        Assert.All(rules, rule => Assert.All(rule.Popularity, popularity => Assert.InRange(popularity, 0, 0.9999f)));
    }

    /// <summary>The rule as it is chosen and the rule as a bundle serves it are the same.</summary>
    [Fact]
    public async Task Save_EachRule_RanksAsTheScorerDoes()
    {
        var small = new SmallBundle();
        await small.WriteAsync(_directory.At("small"), _data.Catalog, _data.Users, TestContext.Current.CancellationToken);
        using Bundle bundle = Bundle.Open(_directory.At("small"));
        TimeSplit split = TimeSplit.At(_data.Interactions, _data.Interactions.Times[^1]);
        int[] users = [.. Enumerable.Range(0, Users)];
        BundleItems items = BundleItems.Read(bundle, _data.Catalog, TestContext.Current.CancellationToken);
        ShopperInputs inputs = ShopperInputs.Create(_data, split, users, bundle, items);
        ShopperHistories histories = ShopperHistories.Build(_data.Interactions, Users, bundle.Manifest.Features.MergeWithinMinutes);

        foreach ((PlainRule rule, int number) in Rules().Select((rule, number) => (rule, number)))
        {
            string file = $"rule{number}.onnx";
            PlainRuleGraph.Save(rule, bundle.Manifest, bundle.PathOf(file));
            using var served = new BundleScorer(rule.Name, bundle, file, items, inputs, Items);
            var scorer = new PlainRuleScorer(rule, histories, bundle.Manifest.Counts.History);

            var (own, onnx) = (new float[Users * Items], new float[Users * Items]);
            scorer.Score(users, own);
            served.Score(users, onnx);

            Assert.Equal(own.Select(sum => sum / (sum + 1)), onnx, (a, b) => Math.Abs(a - b) < 1e-5);
        }
    }

    private PlainRule[] Rules() => PlainRule.Fit(_data.Interactions, _data.Interactions.Count, Users, Items);
}
