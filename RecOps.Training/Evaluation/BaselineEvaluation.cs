using RecOps.Training.Import;
using RecOps.Training.Progress;

namespace RecOps.Training.Evaluation;

/// <summary>Fits the plain baselines on the training purchases and has each rank the catalogue.</summary>
internal static class BaselineEvaluation
{
    public static MeasuredBaselines Run(
        ShopData data,
        TimeSplit split,
        TestSet test,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        var notes = new List<string>();
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
        {
            scorers.Add(new TifuKnnScorer(data.Interactions, split.TrainRows, data.Users.Count, data.Catalog.Count));
            scorers.Add(UserPopularityScorer.Fit(data, split.TrainRows, purchases, progress, cancellation));
        }
        else
        {
            notes.Add(
                $"TIFU-KNN and UP-CF are absent: they compare {purchases.UserCount:N0} users with each other, more than "
                    + $"{TifuKnnScorer.MaxUsers:N0}."
            );
        }

        using EaseScorer? ease = FitEase(purchases, progress, cancellation);
        if (ease is not null)
        {
            scorers.Add(ease);
        }
        else
        {
            scorers.Add(
                AlsScorer.Fit(
                    purchases,
                    AlsScorer.DefaultFactors,
                    AlsScorer.DefaultConfidence,
                    AlsScorer.DefaultLambda,
                    progress,
                    cancellation
                )
            );
            notes.Add(
                $"Implicit ALS stands in for EASE, whose matrix is items × items: {purchases.ItemCount:N0} items exceed the limit of "
                    + $"{EaseScorer.MaxItems:N0}."
            );
        }

        return new MeasuredBaselines(
            [.. scorers.Select(scorer => new ModelResult(Evaluator.Run(scorer, test, progress, cancellation)))],
            notes
        );
    }

    /// <returns>Null for a catalogue that is too large.</returns>
    private static EaseScorer? FitEase(PurchaseMatrix purchases, ITrainingProgress progress, CancellationToken cancellation)
    {
        if (purchases.ItemCount > EaseScorer.MaxItems)
            return null;
        using IProgressTask task = progress.Start("Fit EASE", 1);
        EaseScorer ease = EaseScorer.Fit(purchases, EaseScorer.DefaultLambda, cancellation);
        task.Report(1);
        return ease;
    }
}
