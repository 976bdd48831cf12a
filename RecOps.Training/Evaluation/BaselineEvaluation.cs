using RecOps.Training.Import;
using RecOps.Training.Progress;

namespace RecOps.Training.Evaluation;

/// <summary>Fits the plain baselines on the training purchases and has each rank the catalogue.</summary>
internal static class BaselineEvaluation
{
    /// <param name="notes">Receives what was left out and why.</param>
    public static List<ModelResult> Run(
        ShopData data,
        TimeSplit split,
        TestSet test,
        List<string> notes,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        PurchaseMatrix purchases = PurchaseMatrix.Build(data.Interactions, split.TrainRows, data.Users.Count, data.Catalog.Count);
        List<IItemScorer> scorers =
        [
            new PopularScorer(purchases),
            new RecentPopularScorer(data.Interactions, split.TrainRows, purchases),
            new RepeatPurchaseScorer(purchases),
            DecayedRepeatScorer.Fit(data, split.TrainRows, progress, cancellation),
            new ItemKnnScorer(purchases),
        ];
        if (purchases.UserCount <= TifuKnnScorer.MaxUsers)
            scorers.Add(new TifuKnnScorer(data.Interactions, split.TrainRows, data.Users.Count, data.Catalog.Count));
        else
            notes.Add(
                $"TIFU-KNN is absent: it compares {purchases.UserCount:N0} users with each other, more than {TifuKnnScorer.MaxUsers:N0}."
            );
        using EaseScorer? ease = FitEase(purchases, notes, progress, cancellation);
        if (ease is not null)
            scorers.Add(ease);
        return [.. scorers.Select(scorer => new ModelResult(Evaluator.Run(scorer, test, progress, cancellation)))];
    }

    private static EaseScorer? FitEase(
        PurchaseMatrix purchases,
        List<string> notes,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        if (purchases.ItemCount > EaseScorer.MaxItems)
        {
            notes.Add(
                $"EASE is left out: its matrix is items × items, and {purchases.ItemCount:N0} items exceed the limit of "
                    + $"{EaseScorer.MaxItems:N0}."
            );
            return null;
        }

        using IProgressTask task = progress.Start("Fit EASE", 1);
        EaseScorer ease = EaseScorer.Fit(purchases, EaseScorer.DefaultLambda, cancellation);
        task.Report(1);
        return ease;
    }
}
