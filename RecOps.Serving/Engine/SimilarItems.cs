using Microsoft.Extensions.ObjectPool;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Rules;
using RecOps.Serving.Rules.Compilation;
using RecOps.Shared.Recommendations;

namespace RecOps.Serving.Engine;

/// <summary>Finds items similar to one item and arranges them by rules, like every list.</summary>
internal sealed class SimilarItems(TimeProvider time)
{
    /// <summary>Items that rules choose from: boosts may bring one to the front, and caps may leave many out.</summary>
    private const int Considered = 400;

    private readonly ObjectPool<Work> _pool = ObjectPool.Create<Work>();

    public static string Missing(string itemId) => $"The item '{itemId}' is not in the catalogue.";

    /// <param name="request">Validated.</param>
    /// <returns>Null when the catalogue does not have the item.</returns>
    public SimilarItemsResponse? TryFind(ServingModel model, SimilarItemsRequest request)
    {
        if (!model.Catalog.TryGetOrdinal(request.ItemId!, out int item))
            return null;
        Work work = _pool.Get();
        try
        {
            return Find(model, request, item, work);
        }
        finally
        {
            _pool.Return(work);
        }
    }

    private SimilarItemsResponse Find(ServingModel model, SimilarItemsRequest request, int item, Work work)
    {
        RuleSet rules = model.Rules;
        DateTimeOffset now = time.GetUtcNow();
        string user = request.UserId ?? "";
        int cluster = rules.Words == 0 || user.Length == 0 ? -1 : UserEmbeddings.ClusterOf(model, user);
        work.Arrangement.Rules.Begin(
            rules,
            RuleContext.Of(
                model.Users,
                user.Length == 0 ? -1 : model.Users.OrdinalOf(user),
                request.Placement ?? "",
                request.Country,
                request.Segment,
                item,
                cluster,
                now
            )
        );
        work.Hidden.Clear();
        work.Hidden.Add(item);
        foreach (string id in request.ExcludeItemIds ?? [])
        {
            if (model.Catalog.TryGetOrdinal(id, out int excluded))
                work.Hidden.Add(excluded);
        }

        var filter = new ItemFilter(model.Catalog.InStock, work.Hidden, work.Arrangement.Rules.Restriction?.Allowed);
        int considered = work.Arrangement.Rules.Any ? Considered : request.Count;
        int found = model.Index.SearchSimilar(item, filter, work.Ordinals.AsSpan(0, considered), work.Similarities.AsSpan(0, considered));
        for (int i = 0; i < found; i++)
            work.Scores[i] = (Half)work.Similarities[i];
        var list = new RankedItem[request.Count];
        var touched = new ulong[request.Count * rules.Words];
        int filled = work.Arrangement.Arrange(
            new ListInput
            {
                Ranked = new RankedSpan(work.Ordinals.AsSpan(0, found), work.Scores.AsSpan(0, found)),
                Filter = filter,
                History = model.Events.Of(user),
                Now = now,
                IsOnlyRanked = true,
            },
            list,
            touched
        );
        var items = new SimilarItem[filled];
        for (int place = 0; place < filled; place++)
        {
            items[place] = new SimilarItem(
                model.Catalog.IdOf(list[place].Ordinal),
                place + 1,
                SimilarityOf(list[place].Ordinal, found, work),
                [.. RulesIn(rules, touched, place)]
            );
        }

        return new SimilarItemsResponse(request.ItemId!, items, model.Version, rules.Version);
    }

    /// <summary>0 for pinned items, which need not be similar.</summary>
    private static float SimilarityOf(int ordinal, int found, Work work)
    {
        int at = work.Ordinals.AsSpan(0, found).IndexOf(ordinal);
        return at < 0 ? 0 : work.Similarities[at];
    }

    private static List<string> RulesIn(RuleSet rules, ulong[] touched, int place)
    {
        var ids = new List<string>();
        ReadOnlySpan<ulong> bits = touched.AsSpan(place * rules.Words, rules.Words);
        for (int rule = RuleBits.Next(bits, 0); rule >= 0; rule = RuleBits.Next(bits, rule + 1))
            ids.Add(rules.Rules[rule].Id);
        return ids;
    }

    /// <summary>Memory that is reused for the next list.</summary>
    private sealed class Work
    {
        public ListArrangement Arrangement { get; } = new();

        public OrdinalSet Hidden { get; } = new();

        public int[] Ordinals { get; } = new int[Considered];

        public float[] Similarities { get; } = new float[Considered];

        public Half[] Scores { get; } = new Half[Considered];
    }
}
