using RecOps.Training.Import;

namespace RecOps.Training.Evaluation;

/// <summary>
/// The same list for everyone: items by the number of users who bought them in the last days before the cut; ties, and items that nobody
/// bought then, by all-time buyers. All-time popularity is the weak form of this baseline (Ji et al., "A Re-visit of the Popularity
/// Baseline in Recommender Systems", SIGIR 2020).
/// </summary>
internal sealed class RecentPopularScorer : IItemScorer
{
    private const long Window = 7 * 24 * 3600;
    private readonly float[] _scores;

    /// <param name="trainRows">Rows of the table that are before the cut; the rest is not read.</param>
    public RecentPopularScorer(InteractionTable interactions, int trainRows, PurchaseMatrix purchases)
    {
        _scores = new float[purchases.ItemCount];
        float most = 1;
        for (int item = 0; item < _scores.Length; item++)
            most = Math.Max(most, _scores[item] = purchases.UsersOf(item).Length);

        // Below 1, so that a recent buyer always outweighs older ones.
        for (int item = 0; item < _scores.Length; item++)
            _scores[item] /= most + 1;
        var seen = new HashSet<(int User, int Item)>();
        long since = trainRows == 0 ? 0 : interactions.Times[trainRows - 1] - Window;
        for (int row = trainRows - 1; row >= 0 && interactions.Times[row] > since; row--)
        {
            if (interactions.IsTarget(row) && seen.Add((interactions.Users[row], interactions.Items[row])))
                _scores[interactions.Items[row]]++;
        }
    }

    public string Name => BaselineName.RecentPopular;

    /// <summary>[items], for everyone.</summary>
    public ReadOnlySpan<float> Scores => _scores;

    public void Score(ReadOnlyMemory<int> users, Memory<float> scores)
    {
        for (int i = 0; i < users.Length; i++)
            _scores.CopyTo(scores.Span[(i * _scores.Length)..]);
    }
}
