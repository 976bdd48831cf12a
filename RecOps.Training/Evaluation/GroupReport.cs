using RecOps.Shared.Bundles.Report;
using RecOps.Training.Import;

namespace RecOps.Training.Evaluation;

/// <summary>Figures by group: which users, and which categories, a model serves well.</summary>
internal sealed class GroupReport(ShopData data, TimeSplit split, TestSet test, IReadOnlyList<BundleEvaluation> bundles)
{
    private const int MaxCategories = 12;
    private static readonly (int From, int? To)[] Groups = [(1, 9), (10, 49), (50, 199), (200, null)];

    /// <summary>By number of events before the cut, from cold to warm users.</summary>
    public List<HistoryFigures> ByHistory()
    {
        var events = new int[data.Users.Count];
        for (int row = 0; row < split.TrainRows; row++)
            events[data.Interactions.Users[row]]++;
        var groups = new List<HistoryFigures>();
        foreach ((int from, int? to) in Groups)
        {
            int[] members =
            [
                .. Enumerable.Range(0, test.Users.Length).Where(i => events[test.Users[i]] >= from && !(events[test.Users[i]] > to)),
            ];
            if (members.Length == 0)
                continue;
            groups.Add(
                new HistoryFigures(
                    from,
                    to,
                    members.Length,
                    Ndcg(BundleEvaluation.Student, members)!.Value,
                    Ndcg(BundleEvaluation.Control, members),
                    Ndcg(BundleEvaluation.Ensemble, members)
                )
            );
        }

        return groups;
    }

    public List<CategoryFigures> ByCategory()
    {
        Dictionary<string, int> purchases = Purchases(_ => true);
        (Dictionary<string, double> student, Dictionary<string, double>? control, Dictionary<string, double>? ensemble) = (
            FoundShare(BundleEvaluation.Student)!,
            FoundShare(BundleEvaluation.Control),
            FoundShare(BundleEvaluation.Ensemble)
        );
        return
        [
            .. purchases
                .Where(category => category.Key.Length > 0)
                .OrderByDescending(category => category.Value)
                .ThenBy(category => category.Key, StringComparer.Ordinal)
                .Take(MaxCategories)
                .Select(category => new CategoryFigures(
                    category.Key,
                    category.Value,
                    student.GetValueOrDefault(category.Key),
                    control?.GetValueOrDefault(category.Key),
                    ensemble?.GetValueOrDefault(category.Key)
                )),
        ];
    }

    private double? Ndcg(string model, int[] members)
    {
        ModelResult[] results = Results(model);
        return results.Average(result => ScorerResult.Mean([.. members.Select(user => result.Scores.Ndcg10[user])]));
    }

    /// <summary>Purchases of some test users by category.</summary>
    private Dictionary<string, int> Purchases(Func<int, bool> counts)
    {
        var purchases = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (int user in Enumerable.Range(0, test.Users.Length).Where(counts))
        {
            foreach (int item in test.Purchased(user))
            {
                string category = data.Catalog.Categories[item];
                purchases[category] = purchases.GetValueOrDefault(category) + 1;
            }
        }

        return purchases;
    }

    /// <summary>Share of the purchases of a category that were among the first 20, as a mean over the bundles.</summary>
    private Dictionary<string, double>? FoundShare(string model)
    {
        ModelResult[] results = Results(model);
        if (results.Length == 0)
            return null;
        var found = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (ModelResult result in results)
        {
            Dictionary<string, int> purchases = Purchases(result.Scores.Has);
            for (int user = 0; user < test.Users.Length; user++)
            {
                foreach (int item in result.Scores.Top20[user])
                {
                    if (test.Purchased(user).BinarySearch(item) < 0)
                        continue;
                    string category = data.Catalog.Categories[item];
                    found[category] = found.GetValueOrDefault(category) + (1.0 / results.Length / purchases[category]);
                }
            }
        }

        return found;
    }

    private ModelResult[] Results(string model) => [.. bundles.Select(bundle => bundle.Find(model)).OfType<ModelResult>()];
}
