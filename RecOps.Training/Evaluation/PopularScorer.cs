namespace RecOps.Training.Evaluation;

/// <summary>The same list for everyone: items by the number of users who bought them.</summary>
internal sealed class PopularScorer : IItemScorer
{
    private readonly float[] _buyers;

    public PopularScorer(PurchaseMatrix purchases)
    {
        _buyers = new float[purchases.ItemCount];
        for (int item = 0; item < _buyers.Length; item++)
            _buyers[item] = purchases.UsersOf(item).Length;
    }

    public string Name => BaselineName.Popular;

    /// <summary>[items], for everyone.</summary>
    public ReadOnlySpan<float> Scores => _buyers;

    public void Score(ReadOnlyMemory<int> users, Memory<float> scores)
    {
        for (int i = 0; i < users.Length; i++)
            _buyers.CopyTo(scores.Span[(i * _buyers.Length)..]);
    }
}
