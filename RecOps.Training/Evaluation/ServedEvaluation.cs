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

    private const int MostExcluded = RecommendationValidator.MaxExcluded;

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
        Dictionary<(int User, int Item), int> newest = NewestRows(data.Interactions, split, test);
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
                        list = await AskAsync(index, NewestKnown(index)).ConfigureAwait(false);
                        list = [.. list.Where(item => test.Known(index).BinarySearch(item) < 0).Take(Length)];
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
                        Count = excluded.Length < MostExcluded ? Length : RecommendationValidator.MaxCount,
                        Placement = ShopperInputs.Placement,
                        ExcludeItemIds = excluded,
                    }
                )
                .ConfigureAwait(false);
            if (response.Source is not (RecommendationSource.Computed or RecommendationSource.L1))
                Interlocked.Increment(ref fallbacks);
            return [.. response.Items.Select(item => ordinals.GetValueOrDefault(item.ItemId, -1))];
        }

        // Of a shopper who knows more than a request may exclude, the longest list is asked for, and the rest removed from it.
        string[] NewestKnown(int index)
        {
            int[] known = test.Known(index).ToArray();
            if (known.Length > MostExcluded)
                Array.Sort(Array.ConvertAll(known, item => -newest[(test.Users[index], item)]), known);
            return [.. known.Take(MostExcluded).Select(item => data.Catalog.ItemIds[item])];
        }
    }

    /// <summary>The row of the newest event before the cut by user and item, of those users who know more items than one may exclude.</summary>
    private static Dictionary<(int User, int Item), int> NewestRows(InteractionTable interactions, TimeSplit split, TestSet test)
    {
        HashSet<int> users =
        [
            .. Enumerable
                .Range(0, test.Users.Length)
                .Where(index => test.Known(index).Length > MostExcluded)
                .Select(index => test.Users[index]),
        ];
        var rows = new Dictionary<(int, int), int>();
        for (int row = 0; row < split.TrainRows && users.Count > 0; row++)
        {
            if (users.Contains(interactions.Users[row]))
                rows[(interactions.Users[row], interactions.Items[row])] = row;
        }

        return rows;
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
