using RecOps.Serving.Catalog;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Rules;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules.Preview;

/// <summary>What other rules would have done to recent lists.</summary>
internal sealed class RuleImpact(RecentTraffic traffic)
{
    private const int Shown = 12;
    private const int Named = 12;

    public ImpactReport Estimate(ServingModel model, RuleSet published, RuleSet other, CancellationToken cancellationToken)
    {
        SampledRequest[] samples = traffic.Of(model);
        var arrangement = new ListArrangement();
        var before = new Dictionary<int, int>();
        var after = new Dictionary<int, int>();
        int changed = 0;
        int shown = 0;
        int moved = 0;
        foreach (SampledRequest sample in samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RankedItem[] first = Make(model, arrangement, published, sample);
            RankedItem[] second = Make(model, arrangement, other, sample);
            foreach (RankedItem item in first)
                before[item.Ordinal] = before.GetValueOrDefault(item.Ordinal) + 1;
            foreach (RankedItem item in second)
                after[item.Ordinal] = after.GetValueOrDefault(item.Ordinal) + 1;
            int places = Math.Max(first.Length, second.Length);
            int differing = 0;
            for (int place = 0; place < places; place++)
            {
                if (place >= first.Length || place >= second.Length || first[place].Ordinal != second[place].Ordinal)
                    differing++;
            }

            shown += places;
            moved += differing;
            if (differing > 0)
                changed++;
        }

        (int Item, int Before, int After)[] items =
        [
            .. before
                .Keys.Union(after.Keys)
                .Select(item => (item, before.GetValueOrDefault(item), after.GetValueOrDefault(item)))
                .Where(item => item.Item2 != item.Item3),
        ];
        return new ImpactReport(
            samples.Length,
            samples.Length == 0 ? null : samples[0].At,
            samples.Length == 0 ? null : samples[^1].At,
            changed,
            items.Length,
            shown,
            shown == 0 ? 0 : (double)moved / shown,
            Exposure(model.Catalog.Categories, before, after),
            Exposure(model.Catalog.Brands, before, after),
            [
                .. items
                    .Where(item => item.After > item.Before)
                    .OrderByDescending(item => item.After - item.Before)
                    .ThenBy(item => item.Item)
                    .Take(Named)
                    .Select(Describe),
            ],
            [
                .. items
                    .Where(item => item.After < item.Before)
                    .OrderByDescending(item => item.Before - item.After)
                    .ThenBy(item => item.Item)
                    .Take(Named)
                    .Select(Describe),
            ],
            []
        );

        ItemExposure Describe((int Item, int Before, int After) item) => new(model.Catalog.Describe(item.Item), item.Before, item.After);
    }

    private static RankedItem[] Make(ServingModel model, ListArrangement arrangement, RuleSet rules, SampledRequest sample)
    {
        RequestContext context = RequestContext.Of(model, rules, sample.Request, RequestPurpose.Rehearsal, sample.At);
        arrangement.Rules.Begin(rules, context.ForRules(sample.Cluster));
        var hidden = new OrdinalSet();
        RequestContext.Hide(model, sample.Request, context.Key.Item, hidden);
        var list = new RankedItem[sample.Request.Count];
        int filled = arrangement.Arrange(
            new ListInput
            {
                Ranked = new RankedSpan(sample.Ordinals, sample.Scores),
                ClusterPopular = sample.Cluster < 0 ? default : model.Clusters.PopularIn(sample.Cluster),
                Popular = model.Popular.Ordinals,
                Filter = new ItemFilter(model.Catalog.InStock, hidden),
                History = sample.History,
                Now = sample.At,
            },
            list,
            new ulong[list.Length * rules.Words]
        );
        return list[..filled];
    }

    private static ExposureChange[] Exposure(TextColumn column, Dictionary<int, int> before, Dictionary<int, int> after)
    {
        var changes = new Dictionary<int, (int Before, int After)>();
        foreach ((int item, int count) in before)
        {
            (int b, int a) = changes.GetValueOrDefault(column.CodeOf(item));
            changes[column.CodeOf(item)] = (b + count, a);
        }

        foreach ((int item, int count) in after)
        {
            (int b, int a) = changes.GetValueOrDefault(column.CodeOf(item));
            changes[column.CodeOf(item)] = (b, a + count);
        }

        return
        [
            .. changes
                .Where(change => column.ValueOf(change.Key).Length > 0)
                .OrderByDescending(change => Math.Abs(change.Value.After - change.Value.Before))
                .ThenByDescending(change => change.Value.Before)
                .Take(Shown)
                .Select(change => new ExposureChange(column.ValueOf(change.Key), change.Value.Before, change.Value.After)),
        ];
    }
}
