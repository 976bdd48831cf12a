using System.Globalization;
using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using RecOps.Training.Progress;

namespace RecOps.Training.Evaluation;

/// <summary>What is known about a model long before its training ends, in sentences for the person who waits for it.</summary>
internal static class EarlyLook
{
    private const int MaxUsers = 500;

    /// <summary>The figures that a model has to beat.</summary>
    public static string Describe(MeasuredBaselines baselines)
    {
        ModelResult all = Best(baselines, result => result.Figures.Ndcg10);
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"The best plain baseline has NDCG@10 {all.Figures.Ndcg10:0.0000} ({all.Name})"
        );
        ModelResult firstTime = Best(baselines, result => result.Figures.Ndcg10FirstTime);
        return firstTime.Figures.Ndcg10FirstTime is { } discovery
            ? text + string.Create(CultureInfo.InvariantCulture, $", on first-time purchases {discovery:0.0000} ({firstTime.Name}).")
            : text + ".";
    }

    /// <summary>
    /// Compares the student without teachers, which is trained first, with the baselines on up to 500 of the test users. With teachers it
    /// usually becomes a few per cent better.
    /// </summary>
    public static string Compare(
        Trained<RankerNetwork> control,
        TrainingSet set,
        TestSet test,
        MeasuredBaselines baselines,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        (TestSet sample, int[] places) = test.Sample(MaxUsers);
        var scorer = new NetworkScorer("early look", control.Network, control.Calibration, set);
        ValidationFigures own = ValidationFigures.Of(Evaluator.Run(scorer, sample, progress, cancellation));
        (string Name, ValidationFigures Figures)[] rivals =
        [
            .. baselines.Results.Select(result =>
                (result.Name, new ValidationFigures(On(places, result.Scores.Ndcg10) ?? 0, On(places, result.Scores.Ndcg10FirstTime)))
            ),
        ];
        (string allName, ValidationFigures all) = rivals.MaxBy(rival => rival.Figures.All);
        (string firstName, ValidationFigures first) = rivals.MaxBy(rival => rival.Figures.FirstTime ?? double.NegativeInfinity);
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"Early look at {sample.Users.Length:N0} test users: without teachers the student has NDCG@10 {own.All:0.0000}, {allName} "
                + $"{all.All:0.0000}; on first-time purchases {own.FirstTime ?? 0:0.0000}, {firstName} {first.FirstTime ?? 0:0.0000}."
        );
        return own.All > all.All && !(own.FirstTime <= first.FirstTime)
            ? text
            : text
                + " Teachers add a few per cent, so a plain rule may remain better. More events help most: a longer period, or views and "
                + "carts beside purchases. Titles, categories and brands help where items have few events. To stop, press Ctrl-C.";
    }

    private static ModelResult Best(MeasuredBaselines baselines, Func<ModelResult, double?> column) =>
        baselines.Results.MaxBy(result => column(result) ?? double.NegativeInfinity)!;

    private static double? On(int[] places, double[] values) => ScorerResult.Mean([.. places.Select(place => values[place])]);
}
