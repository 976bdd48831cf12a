using System.Globalization;
using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using RecOps.Training.Progress;

namespace RecOps.Training.Distillation;

/// <summary>
/// Chooses how to learn where the data leave it open, on the last tenth of the events before the cut.
/// 1. Start with the default. With fewer than <see cref="Sparse"/> events an item, also try one pass, and one pass with shared vectors:
/// there more passes mostly teach the vectors which shopper bought which item, and what items have in common says more about them than
/// those events. Elsewhere more passes are better, and shared vectors make first-time purchases worse.
/// 2. Where there are events of several types, also try the best of those with event types and ages as inputs
/// (<see cref="EventCounts"/>). Where everything is a purchase the order of the history says what they would.
/// 3. Keep the variant that comes closest to the best over all and over first-time purchases (<see cref="ValidationFigures.BestOf"/>); the
/// earlier one wins a tie.
/// </summary>
internal static class LearningTrial
{
    /// <summary>Events for each item that has any; data with fewer are sparse.</summary>
    private const double Sparse = 20;

    private const double Share = 0.1;
    private const int MaxUsers = 1_500;

    /// <param name="Epochs">Passes over the lessons; null for the default.</param>
    /// <param name="SharesTraits">See <see cref="LearningRecipe.SharesTraits"/>.</param>
    /// <param name="ReadsEvents">See <see cref="RankerShape.ReadsEvents"/>.</param>
    /// <param name="Note">For the report; null when nothing was tried.</param>
    internal sealed record Choice(int? Epochs, bool SharesTraits, bool ReadsEvents, string? Note)
    {
        public static readonly Choice Default = new(null, false, false, null);
    }

    private sealed record Variant(string Name, LearningRecipe Recipe, bool ReadsEvents);

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
        bool isSparse = options.Epochs is null && density < Sparse;
        bool isMixed = known.Types.Distinct().Skip(1).Any();
        if (!isSparse && !isMixed)
            return Choice.Default;
        var earlier = new ShopData(data.Catalog, data.Users, known);
        TimeSplit validation = TimeSplit.ByShare(known, Share);
        try
        {
            TestSet judges = TestSet.Create(earlier, validation, MaxUsers);
            using TrainingSet set = TrainingSet.Build(earlier, validation, options.History);
            var recipe = new LearningRecipe { Seed = options.Seed };
            recipe = recipe with { Epochs = options.Epochs ?? recipe.Epochs };
            List<Variant> variants = [new(Passes(recipe.Epochs), recipe, false)];
            if (isSparse)
            {
                variants.Add(new(Passes(1), recipe with { Epochs = 1 }, false));
                variants.Add(new($"{Passes(1)} and shared vectors", recipe with { Epochs = 1, SharesTraits = true }, false));
            }

            List<ValidationFigures> tried = [.. variants.Select(Try)];
            if (isMixed)
            {
                Variant without = variants[ValidationFigures.BestOf(tried)];
                variants.Add(without with { Name = $"{without.Name} with event types and ages", ReadsEvents = true });
                tried.Add(Try(variants[^1]));
            }

            Variant best = variants[ValidationFigures.BestOf(tried)];
            return new Choice(
                best.Recipe.Epochs == recipe.Epochs ? null : best.Recipe.Epochs,
                best.Recipe.SharesTraits,
                best.ReadsEvents,
                Describe(isSparse ? density : null, variants, tried, best)
            );

            ValidationFigures Try(Variant variant)
            {
                TrainOptions own = options with { ReadsEvents = variant.ReadsEvents };
                using Trained<RankerNetwork> student = new ModelTraining(set, progress, cancellation).TrainStudent(
                    own.StudentShape(earlier),
                    variant.Recipe,
                    $"Trial: {variant.Name}"
                );
                RankerExport.RoundItems(student.Network);
                var scorer = new NetworkScorer($"Trial: {variant.Name}, measured", student.Network, student.Calibration, set);
                return ValidationFigures.Of(Evaluator.Run(scorer, judges, progress, cancellation));
            }
        }
        catch (TrainingException)
        {
            // Too few events before the cut to hold any of them out.
            return Choice.Default;
        }
    }

    private static string Passes(int count) => count == 1 ? "1 pass" : $"{count} passes";

    /// <param name="density">Events an item of sparse data.</param>
    private static string Describe(double? density, List<Variant> variants, List<ValidationFigures> tried, Variant best)
    {
        string why = density is { } events
            ? string.Create(CultureInfo.InvariantCulture, $"The data are sparse, with {events:0.0} events an item. ")
            : "";
        string figures = string.Join(", ", variants.Zip(tried, (variant, result) => $"{variant.Name} {Text(result)}"));
        return $"{why}NDCG@10 (first-time) on the last weeks before the cut: {figures}. Trained with {best.Name}.";
    }

    private static string Text(ValidationFigures figures) =>
        string.Create(CultureInfo.InvariantCulture, $"{figures.All:0.0000} ({figures.FirstTime ?? 0:0.0000})");
}
