using RecOps.Serving.Batching;
using RecOps.Serving.Caching;
using RecOps.Serving.Engine;
using RecOps.Shared.Bundles.Report;
using RecOps.Shared.Catalog;
using RecOps.Shared.Recommendations;
using RecOps.Training.Import;
using RecOps.Training.Progress;

namespace RecOps.Training.Evaluation;

/// <summary>
/// Measures the lists that shoppers get: the engine opens the bundle and makes each test user's list as a server would, from retrieved
/// candidates, at the time of the cut and without rules.
/// </summary>
internal static class ServedEvaluation
{
    private const int Length = 20;

    /// <summary>Items that one request may exclude.</summary>
    private const int MostExcluded = 1000;

    /// <param name="split">With a cut.</param>
    /// <param name="notes">Receives notes for the reader of the report.</param>
    /// <exception cref="RecOps.Shared.Bundles.BundleException">The engine refuses the bundle.</exception>
    public static async Task<ServedFigures> MeasureAsync(
        string directory,
        ShopData data,
        TimeSplit split,
        TestSet test,
        List<string> notes,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        int users = test.Users.Length;
        var ndcg = new double[users];
        var ndcgFirstTime = new double[users];
        var recall = new double[users];
        var recallFirstTime = new double[users];
        int fallbacks = 0;
        int done = 0;
        Dictionary<string, int> ordinals = new(data.Catalog.Count, StringComparer.Ordinal);
        for (int item = 0; item < data.Catalog.Count; item++)
            ordinals[data.Catalog.ItemIds[item]] = item;
        using IProgressTask task = progress.Start("As served", users);
        await using RecommendationEngine engine = await RecommendationEngine
            .OpenAsync(directory, Options(split.Cut!.Value), cancellation)
            .ConfigureAwait(false);

        // Stock levels are those of the export; what was bought after the cut was in stock then.
        for (int item = 0; item < data.Catalog.Count; item++)
        {
            if (!data.Catalog.InStock[item])
                engine.ChangeItem(new CatalogItemUpdate { ItemId = data.Catalog.ItemIds[item], InStock = true });
        }

        await Parallel
            .ForAsync(
                0,
                users,
                cancellation,
                async (index, _) =>
                {
                    int[] list = await AskAsync(index, []).ConfigureAwait(false);
                    ndcg[index] = RankingMetrics.Ndcg(list, test.Purchased(index), 10);
                    recall[index] = RankingMetrics.Recall(list, test.Purchased(index), Length);
                    ndcgFirstTime[index] = recallFirstTime[index] = double.NaN;
                    if (!test.FirstTime(index).IsEmpty)
                    {
                        string[] known = KnownItems(index);
                        list = await AskAsync(index, known).ConfigureAwait(false);
                        ndcgFirstTime[index] = RankingMetrics.Ndcg(list, test.FirstTime(index), 10);
                        recallFirstTime[index] = RankingMetrics.Recall(list, test.FirstTime(index), Length);
                    }

                    task.Report(Interlocked.Increment(ref done));
                }
            )
            .ConfigureAwait(false);
        if (fallbacks > 0)
            notes.Add($"{fallbacks:N0} of the lists as served were fallback lists: the shopper is not in the bundle, or ranking failed.");
        return new ServedFigures(
            ScorerResult.Mean(ndcg)!.Value,
            ScorerResult.Mean(ndcgFirstTime),
            ScorerResult.Mean(recall)!.Value,
            ScorerResult.Mean(recallFirstTime)
        );

        async Task<int[]> AskAsync(int index, string[] excluded)
        {
            RecommendationResponse response = await engine
                .RecommendAsync(
                    new RecommendationRequest
                    {
                        UserId = data.Users.UserIds[test.Users[index]],
                        Count = Length,
                        Placement = ShopperInputs.Placement,
                        ExcludeItemIds = excluded,
                    }
                )
                .ConfigureAwait(false);
            if (response.Source is not (RecommendationSource.Computed or RecommendationSource.L1))
                Interlocked.Increment(ref fallbacks);
            return [.. response.Items.Select(item => ordinals.GetValueOrDefault(item.ItemId, -1))];
        }

        string[] KnownItems(int index)
        {
            ReadOnlySpan<int> known = test.Known(index);
            var ids = new string[Math.Min(known.Length, MostExcluded)];
            for (int i = 0; i < ids.Length; i++)
                ids[i] = data.Catalog.ItemIds[known[i]];
            return ids;
        }
    }

    /// <summary>With deadlines that no request misses: this measures the lists, not the machine.</summary>
    private static EngineOptions Options(long cut) =>
        new()
        {
            Time = new ClockAt(DateTimeOffset.FromUnixTimeSeconds(cut)),
            Serving = new ServingOptions { DeadlineMs = 60_000, MaxQueueMs = 10_000 },
            Slo = new SloOptions { LatencyMs = 10_000 },
            Caching = new CachingOptions { Enabled = false },
        };

    /// <summary>A clock that stands still; its timers run.</summary>
    private sealed class ClockAt(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
