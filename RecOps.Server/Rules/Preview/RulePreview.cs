using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Serving.Rules;
using RecOps.Serving.Rules.Compilation;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules.Preview;

/// <summary>Makes the same list under two sets of rules, through the serving path, and explains what moved and why.</summary>
internal sealed class RulePreview(RecommendationPipeline pipeline, TimeProvider time)
{
    /// <param name="request">Valid.</param>
    /// <param name="cluster">Instead of a shopper; null to use the request's user.</param>
    /// <param name="at">Null for now.</param>
    /// <returns>Null when overloaded.</returns>
    public async Task<PreviewResult?> CompareAsync(
        ServingModel model,
        RuleSet published,
        RuleSet other,
        RecommendationRequest request,
        int? cluster,
        DateTimeOffset? at
    )
    {
        var before = new RecommendationAnswer();
        var after = new RecommendationAnswer();
        if (!await MakeAsync(model, published, request, cluster, at, before) || !await MakeAsync(model, other, request, cluster, at, after))
            return null;
        before.Explain(default!);
        after.Explain(default!);
        return Compare(model, before, after, other, at ?? time.GetUtcNow());
    }

    private async ValueTask<bool> MakeAsync(
        ServingModel model,
        RuleSet rules,
        RecommendationRequest request,
        int? cluster,
        DateTimeOffset? at,
        RecommendationAnswer answer
    )
    {
        if (cluster is not { } number)
            return await pipeline.PreviewAsync(model, rules, request, at, answer);
        pipeline.PreviewCluster(model, rules, number, request, at ?? time.GetUtcNow(), answer);
        return true;
    }

    private static PreviewResult Compare(
        ServingModel model,
        RecommendationAnswer before,
        RecommendationAnswer after,
        RuleSet other,
        DateTimeOffset at
    )
    {
        PreviewItem[] first = Items(model, before, after);
        PreviewItem[] second = Items(model, after, before);
        Dictionary<int, int> removedBy = [];
        foreach (RuleTrace.Removal removal in after.Trace!.Removed)
            removedBy.TryAdd(removal.Item, removal.Rule);
        var gone = new List<PreviewLoss>();
        for (int place = 0; place < before.Items.Length; place++)
        {
            int item = before.Items[place].Ordinal;
            if (first[place].Was is not null)
                continue;
            RuleEffect? by = removedBy.TryGetValue(item, out int rule) ? RuleExplanation.EffectOf(other.Rules[rule]) : null;
            gone.Add(new PreviewLoss(first[place].Item, place + 1, by));
        }

        var holding = new List<string>();
        for (int rule = RuleBits.Next(after.Holding, 0); rule >= 0; rule = RuleBits.Next(after.Holding, rule + 1))
            holding.Add(other.Rules[rule].Id);
        return new PreviewResult(
            before.Rules.Version,
            at,
            after.Source,
            after.Cluster < 0 ? null : after.Cluster,
            first,
            second,
            [.. gone],
            [.. holding],
            []
        );
    }

    private static PreviewItem[] Items(ServingModel model, RecommendationAnswer of, RecommendationAnswer compared)
    {
        var items = new PreviewItem[of.Items.Length];
        for (int place = 0; place < items.Length; place++)
        {
            RankedItem item = of.Items[place];
            int was = IndexOf(compared.Items, item.Ordinal);
            items[place] = new PreviewItem(
                model.Catalog.Describe(item.Ordinal),
                place + 1,
                ScoreText.ValueOf(item.Score),
                was < 0 ? null : was + 1,
                of.Explanation!.Steps[place]
            );
        }

        return items;
    }

    private static int IndexOf(ReadOnlySpan<RankedItem> items, int ordinal)
    {
        for (int place = 0; place < items.Length; place++)
        {
            if (items[place].Ordinal == ordinal)
                return place;
        }

        return -1;
    }
}
