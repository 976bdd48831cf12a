namespace RecOps.Training.Evaluation;

/// <summary>
/// Item-based collaborative filtering (Sarwar et al., WWW 2001). An item's score is the sum of its cosines to the items the user bought,
/// over binary purchase vectors; every item is a neighbour of every other. With X the binary matrix, n the number of buyers of each item
/// and x_u the user's row, the scores are n^-½ ∘ Xᵀ X (n^-½ ∘ x_u) − x_u. The items × items matrix is never built:
/// 1. Give each user v the weight Σ n_i^-½ over the items i that u and v both bought.
/// 2. Give each item the sum of its buyers' weights, times n^-½.
/// 3. Subtract 1, an item's cosine with itself, from the items u bought; set rounding remainders to 0.
/// </summary>
internal sealed class ItemKnnScorer : IItemScorer
{
    // Upper bound on what remains where a sum and the item's own cosine of 1 should cancel out.
    private const double Zero = 1e-9;
    private readonly PurchaseMatrix _purchases;
    private readonly double[] _norms;

    public ItemKnnScorer(PurchaseMatrix purchases)
    {
        _purchases = purchases;
        _norms = new double[purchases.ItemCount];
        for (int item = 0; item < _norms.Length; item++)
            _norms[item] = 1 / Math.Sqrt(Math.Max(1, purchases.UsersOf(item).Length));
    }

    public string Name => BaselineName.ItemKnn;

    public void Score(ReadOnlyMemory<int> users, Memory<float> scores) =>
        Parallel.For(
            0,
            users.Length,
            () => (Weights: new double[_purchases.UserCount], Sums: new double[_norms.Length]),
            (i, _, scratch) =>
            {
                ScoreUser(users.Span[i], scratch.Weights, scratch.Sums, scores.Span.Slice(i * _norms.Length, _norms.Length));
                return scratch;
            },
            _ => { }
        );

    /// <param name="weights">[users], overwritten.</param>
    /// <param name="sums">[items], overwritten.</param>
    private void ScoreUser(int user, double[] weights, double[] sums, Span<float> scores)
    {
        Array.Clear(weights);
        Array.Clear(sums);
        ReadOnlySpan<int> own = _purchases.ItemsOf(user);
        foreach (int item in own)
        {
            foreach (int other in _purchases.UsersOf(item))
                weights[other] += _norms[item];
        }

        for (int other = 0; other < weights.Length; other++)
        {
            double weight = weights[other];
            if (weight == 0)
                continue;
            foreach (int item in _purchases.ItemsOf(other))
                sums[item] += weight;
        }

        for (int item = 0; item < sums.Length; item++)
            sums[item] *= _norms[item];
        foreach (int item in own)
            sums[item] -= 1;
        for (int item = 0; item < sums.Length; item++)
            scores[item] = sums[item] < Zero ? 0 : (float)sums[item];
    }
}
