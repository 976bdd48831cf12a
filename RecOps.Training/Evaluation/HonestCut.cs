using System.Globalization;
using RecOps.Shared.Bundles;
using RecOps.Training.Import;

namespace RecOps.Training.Evaluation;

/// <summary>Finds the time after which a bundle can be judged: one that it learned nothing of.</summary>
internal static class HonestCut
{
    /// <param name="bundles">At least one.</param>
    /// <param name="asked">Unix seconds that the caller asked for; null takes the time recorded in the bundles.</param>
    /// <returns>Unix seconds: events up to and at it are what the bundles may know, later ones are the test.</returns>
    /// <exception cref="TrainingException">A bundle saw the test, or the bundles do not agree.</exception>
    public static long Choose(IReadOnlyList<BundleManifest> bundles, long? asked)
    {
        long cut = asked ?? Recorded(bundles);
        foreach (BundleManifest bundle in bundles)
            Verify(bundle, cut);
        return cut;
    }

    /// <summary>Makes sure that a bundle learned nothing of what came after a time.</summary>
    /// <param name="cut">Unix seconds.</param>
    /// <exception cref="TrainingException">It did.</exception>
    public static void Verify(BundleManifest bundle, long cut)
    {
        if (bundle.Training is not { } training || training.LastEvent.ToUnixTimeSeconds() <= cut)
            return;
        throw new TrainingException(
            $"{bundle.Name} learned from events up to {Text(training.LastEvent.ToUnixTimeSeconds())}; judged by what came after "
                + $"{Text(cut)} "
                + "it would know the answers. Give a later --cut."
        );
    }

    private static long Recorded(IReadOnlyList<BundleManifest> bundles)
    {
        foreach (BundleManifest bundle in bundles)
        {
            if (bundle.Training is null)
            {
                throw new TrainingException(
                    $"{bundle.Name} does not say which events it was trained on. Give --cut with a time after all of them."
                );
            }

            if (bundle.Training.Cut is null)
            {
                throw new TrainingException(
                    $"{bundle.Name} was trained on all events, up to {Text(bundle.Training.LastEvent.ToUnixTimeSeconds())}, so none are "
                        + $"left to judge it "
                        + "by. Train with --holdout, or bring newer events and give --cut with a time after that."
                );
            }
        }

        long[] cuts = [.. bundles.Select(bundle => bundle.Training!.Cut!.Value.ToUnixTimeSeconds())];
        if (cuts.All(cut => cut == cuts[0]))
            return cuts[0];
        throw new TrainingException(
            "The bundles were trained up to different times, so their figures cannot be compared: "
                + string.Join(", ", bundles.Select((bundle, i) => $"{bundle.Name} to {Text(cuts[i])}"))
                + ". Give --cut with a time after all of them."
        );
    }

    private static string Text(long time) =>
        DateTimeOffset.FromUnixTimeSeconds(time).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
