using RecOps.Training.Evaluation;
using RecOps.Training.Import;

namespace RecOps.Training.PlainRules;

/// <summary>
/// A rule that ranks without learning, made of what a ranker knows about a shopper: what they had, newest first. An item scores its
/// popularity, below 1; one that the shopper had also scores 1 and <see cref="Fade"/> to the power of each place at which it stands, so that
/// it always outranks the others.
/// </summary>
/// <param name="Name">For people.</param>
/// <param name="Fade">0 to 1, 1 counts all places alike; null when the history does not count.</param>
/// <param name="Popularity">[items], 0 up to, but not including, 1.</param>
internal sealed record PlainRule(string Name, float? Fade, float[] Popularity)
{
    private static readonly float[] Fades = [1, 0.98f, 0.9f];

    /// <summary>All rules, fitted on the first rows of the interactions.</summary>
    public static PlainRule[] Fit(InteractionTable interactions, int trainRows, int users, int items)
    {
        PurchaseMatrix purchases = PurchaseMatrix.Build(interactions, trainRows, users, items);
        (string Name, float[] Popularity)[] orders =
        [
            ("popular", Below1(new PopularScorer(purchases).Scores)),
            ("popular in the last seven days", Below1(new RecentPopularScorer(interactions, trainRows, purchases).Scores)),
        ];
        return
        [
            .. orders.Select(order => new PlainRule(order.Name, null, order.Popularity)),
            .. orders.SelectMany(order =>
                Fades.Select(fade => new PlainRule(
                    $"what the shopper had before, {(fade < 1 ? "the newest first" : "the most frequent first")}, then {order.Name}",
                    fade,
                    order.Popularity
                ))
            ),
        ];
    }

    /// <summary>Weight of each place of a history, newest first.</summary>
    public float[] PlaceWeights(int history) => [.. Enumerable.Range(0, history).Select(place => MathF.Pow(Fade ?? 0, place))];

    private static float[] Below1(ReadOnlySpan<float> scores)
    {
        float most = 0;
        foreach (float score in scores)
            most = Math.Max(most, score);
        var scaled = new float[scores.Length];
        for (int item = 0; item < scaled.Length; item++)
            scaled[item] = scores[item] / (most + 1);
        return scaled;
    }
}
