using System.Globalization;
using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using RecOps.Training.Progress;

namespace RecOps.Training.Distillation;

/// <summary>
/// Chooses how to learn from sparse data, on the last tenth of the events before the cut. Where items have few events, more passes mostly
/// teach the vectors which shopper bought which item, and what items have in common says more about them than those events.
/// 1. With <see cref="Sparse"/> events an item or more, keep the default: there more passes are better, and shared vectors make
/// first-time purchases worse.
/// 2. Train the student on the events before the validation set by the default, with one pass, and with one pass and shared vectors.
/// 3. Keep the variant that comes closest to the best over all and over first-time purchases (<see cref="ValidationFigures.BestOf"/>); the
/// default wins a tie.
/// </summary>
internal static class SparseTrial
{
    /// <summary>Events for each item that has any; data with fewer are sparse.</summary>
    private const double Sparse = 20;

    private const double Share = 0.1;
    private const int MaxUsers = 1_500;

    /// <param name="Epochs">Passes over the lessons; null for the default.</param>
    /// <param name="SharesTraits">See <see cref="LearningRecipe.SharesTraits"/>.</param>
    /// <param name="Note">For the report; null when nothing was tried.</param>
    internal sealed record Choice(int? Epochs, bool SharesTraits, string? Note)
    {
        public static readonly Choice Default = new(null, false, null);
    }

    public static Choice Choose(
        TrainOptions options,
        ShopData data,
        TimeSplit split,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        InteractionTable known = data.Interactions.Take(split.TrainRows);
        double density = (double)known.Count / Math.Max(1, known.Items.Distinct().Count());
        if (options.Epochs is not null || density >= Sparse)
            return Choice.Default;
        var earlier = new ShopData(data.Catalog, data.Users, known);
        TimeSplit validation = TimeSplit.ByShare(known, Share);
        try
        {
            TestSet judges = TestSet.Create(earlier, validation, MaxUsers);
            using TrainingSet set = TrainingSet.Build(earlier, validation, options.History);
            var recipe = new LearningRecipe { Seed = options.Seed };
            (string Name, LearningRecipe Recipe)[] variants =
            [
                ($"{recipe.Epochs} passes", recipe),
                ("1 pass", recipe with { Epochs = 1 }),
                ("1 pass and shared vectors", recipe with { Epochs = 1, SharesTraits = true }),
            ];
            var tried = new List<ValidationFigures>();
            foreach ((string name, LearningRecipe variant) in variants)
                tried.Add(Try(name, variant));
            int best = ValidationFigures.BestOf(tried);
            string figures = string.Join(", ", variants.Select((variant, i) => $"{variant.Name} {Text(tried[i])}"));
            return new Choice(
                best == 0 ? null : variants[best].Recipe.Epochs,
                variants[best].Recipe.SharesTraits,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The data are sparse, with {density:0.0} events an item. NDCG@10 (first-time) on the last weeks before the cut: "
                        + $"{figures}. Trained with {variants[best].Name}."
                )
            );

            ValidationFigures Try(string name, LearningRecipe variant)
            {
                using Trained<RankerNetwork> student = new ModelTraining(set, progress, cancellation).TrainStudent(
                    options.StudentShape(earlier),
                    variant,
                    $"Trial: {name}"
                );
                RankerExport.RoundItems(student.Network);
                var scorer = new NetworkScorer($"Trial: {name}, measured", student.Network, student.Calibration, set);
                return ValidationFigures.Of(Evaluator.Run(scorer, judges, progress, cancellation));
            }
        }
        catch (TrainingException)
        {
            // Too few events before the cut to hold any of them out.
            return Choice.Default;
        }
    }

    private static string Text(ValidationFigures figures) =>
        string.Create(CultureInfo.InvariantCulture, $"{figures.All:0.0000} ({figures.FirstTime ?? 0:0.0000})");
}
