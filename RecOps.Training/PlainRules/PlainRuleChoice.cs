using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using RecOps.Training.Progress;

namespace RecOps.Training.PlainRules;

/// <summary>
/// Chooses the plain rule for a shop on the last tenth of the events before the cut: the one that comes closest to the best on all and on
/// first-time purchases (<see cref="ValidationFigures.BestOf"/>). Then fits it on everything before the cut.
/// </summary>
internal static class PlainRuleChoice
{
    private const double Share = 0.1;
    private const int MaxUsers = 1_500;

    /// <param name="history">Length of the histories in the bundle.</param>
    /// <returns>Null when the events before the cut do not suffice to choose by.</returns>
    public static PlainRule? Choose(ShopData data, TimeSplit split, int history, ITrainingProgress progress, CancellationToken cancellation)
    {
        (int users, int items) = (data.Users.Count, data.Catalog.Count);
        var earlier = new ShopData(data.Catalog, data.Users, data.Interactions.Take(split.TrainRows));
        TimeSplit validation = TimeSplit.ByShare(earlier.Interactions, Share);
        TestSet judges;
        try
        {
            judges = TestSet.Create(earlier, validation, MaxUsers);
        }
        catch (TrainingException)
        {
            return null;
        }

        ShopperHistories histories = ShopperHistories.Build(
            earlier.Interactions.Take(validation.TrainRows),
            users,
            TrainingSet.Features.MergeWithinMinutes
        );
        ValidationFigures[] tried =
        [
            .. PlainRule
                .Fit(earlier.Interactions, validation.TrainRows, users, items)
                .Select(rule =>
                    ValidationFigures.Of(Evaluator.Run(new PlainRuleScorer(rule, histories, history), judges, progress, cancellation))
                ),
        ];
        return PlainRule.Fit(data.Interactions, split.TrainRows, users, items)[ValidationFigures.BestOf(tried)];
    }
}
