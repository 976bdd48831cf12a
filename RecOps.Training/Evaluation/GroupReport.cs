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
        List<string> categories = data.Catalog.Categories;
        var purchases = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int user = 0; user < test.Users.Length; user++)
        {
            foreach (int item in test.Purchased(user))
                purchases[categories[item]] = purchases.GetValueOrDefault(categories[item]) + 1;
        }

        (Dictionary<string, double> student, Dictionary<string, double>? control, Dictionary<string, double>? ensemble) = (
            Found(BundleEvaluation.Student)!,
            Found(BundleEvaluation.Control),
            Found(BundleEvaluation.Ensemble)
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
                    Share(student, category)!.Value,
                    Share(control, category),
                    Share(ensemble, category)
                )),
        ];
    }

    private static double? Share(Dictionary<string, double>? found, KeyValuePair<string, int> category) =>
        found?.GetValueOrDefault(category.Key) / category.Value;

    private double? Ndcg(string model, int[] members)
    {
        ModelResult[] results = Results(model);
        return results.Length == 0 ? null : results.Average(result => members.Average(user => result.Scores.Ndcg10[user]));
    }

    /// <summary>Purchases among the first 20 by category, as a mean over the bundles.</summary>
    private Dictionary<string, double>? Found(string model)
    {
        ModelResult[] results = Results(model);
        if (results.Length == 0)
            return null;
        var found = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (ModelResult result in results)
        {
            for (int user = 0; user < test.Users.Length; user++)
            {
                foreach (int item in result.Scores.Top20[user])
                {
                    if (test.Purchased(user).BinarySearch(item) < 0)
                        continue;
                    string category = data.Catalog.Categories[item];
                    found[category] = found.GetValueOrDefault(category) + (1.0 / results.Length);
                }
            }
        }

        return found;
    }

    private ModelResult[] Results(string model) => [.. bundles.Select(bundle => bundle.Find(model)).OfType<ModelResult>()];
}
