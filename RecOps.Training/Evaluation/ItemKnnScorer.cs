namespace RecOps.Training.Evaluation;

/// <summary>
/// Item-based collaborative filtering (Sarwar et al., WWW 2001): the cosine of two items over who bought them, all items as
/// neighbours, no item its own; a score is the sum over what the user bought. The items × items matrix is never made: with X the
/// binary matrix and n the buyers of each item, the scores of user u are n^-½ ∘ Xᵀ X (n^-½ ∘ x_u) − x_u, two sparse products.
/// </summary>
internal sealed class ItemKnnScorer : IItemScorer
{
    // What is left where a sum and the item's own cosine of 1 should cancel out.
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
