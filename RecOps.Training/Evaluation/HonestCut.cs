using System.Globalization;
using RecOps.Shared.Bundles;
using RecOps.Training.Import;

namespace RecOps.Training.Evaluation;

/// <summary>Finds a cut after which a bundle can be evaluated: it must not have been trained on later events.</summary>
internal static class HonestCut
{
    /// <param name="bundles">At least one.</param>
    /// <param name="asked">Requested cut in Unix seconds; null takes the time recorded in the bundles.</param>
    /// <returns>Unix seconds: the bundles may know events up to and including this time; later ones are the test set.</returns>
    /// <exception cref="TrainingException">A bundle has seen the test set, or the bundles do not agree.</exception>
    public static long Choose(IReadOnlyList<BundleManifest> bundles, long? asked)
    {
        long cut = asked ?? Recorded(bundles);
        foreach (BundleManifest bundle in bundles)
            Verify(bundle, cut);
        return cut;
    }

    /// <summary>Checks that a bundle was not trained on events after a time.</summary>
    /// <param name="cut">Unix seconds.</param>
    /// <exception cref="TrainingException">It was.</exception>
    public static void Verify(BundleManifest bundle, long cut)
    {
        if (bundle.Training is not { } training || training.LastEvent.ToUnixTimeSeconds() <= cut)
            return;
        throw new TrainingException(
            $"{bundle.Name} was trained on events up to {Text(training.LastEvent.ToUnixTimeSeconds())}, so it has already seen part "
                + $"of the events after {Text(cut)}. Give a later --cut."
        );
    }

    private static long Recorded(IReadOnlyList<BundleManifest> bundles)
    {
        foreach (BundleManifest bundle in bundles)
        {
            if (bundle.Training is null)
            {
                throw new TrainingException(
                    $"{bundle.Name} does not record which events it was trained on. Give --cut with a time after all of them."
                );
            }

            if (bundle.Training.Cut is null)
            {
                throw new TrainingException(
                    $"{bundle.Name} was trained on all events, up to {Text(bundle.Training.LastEvent.ToUnixTimeSeconds())}, so none are "
                        + $"left to evaluate it on. Train with --holdout, or add newer events and give --cut with a time after that."
                );
            }
        }

        long[] cuts = [.. bundles.Select(bundle => bundle.Training!.Cut!.Value.ToUnixTimeSeconds())];
        if (cuts.All(cut => cut == cuts[0]))
            return cuts[0];
        throw new TrainingException(
            "The bundles were trained up to different times, so their figures are not comparable: "
                + string.Join(", ", bundles.Select((bundle, i) => $"{bundle.Name} to {Text(cuts[i])}"))
                + ". Give --cut with a time after all of them."
        );
    }

    private static string Text(long time) =>
        DateTimeOffset.FromUnixTimeSeconds(time).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
