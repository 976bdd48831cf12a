namespace RecOps.Training.Evaluation;

/// <summary>
/// Ranks items by how often the user bought them before. Ties, and items the user never bought, rank by their number of buyers. Hard
/// to beat where people reorder: see Li et al., "A Next Basket Recommendation Reality Check", TOIS 2023.
/// </summary>
internal sealed class RepeatPurchaseScorer : IItemScorer
{
    private readonly PurchaseMatrix _purchases;
    private readonly float[] _popularity;

    public RepeatPurchaseScorer(PurchaseMatrix purchases)
    {
        _purchases = purchases;
        _popularity = new float[purchases.ItemCount];
        float most = 1;
        for (int item = 0; item < _popularity.Length; item++)
            most = Math.Max(most, _popularity[item] = purchases.UsersOf(item).Length);

        // Below 1, so that popularity never outweighs a purchase.
        for (int item = 0; item < _popularity.Length; item++)
            _popularity[item] /= most + 1;
    }

    public string Name => BaselineName.Repeat;

    public void Score(ReadOnlyMemory<int> users, Memory<float> scores)
    {
        for (int i = 0; i < users.Length; i++)
        {
            Span<float> row = scores.Span.Slice(i * _popularity.Length, _popularity.Length);
            _popularity.CopyTo(row);
            int user = users.Span[i];
            ReadOnlySpan<int> items = _purchases.ItemsOf(user);
            ReadOnlySpan<int> counts = _purchases.CountsOf(user);
            for (int k = 0; k < items.Length; k++)
                row[items[k]] += counts[k];
        }
    }
}
