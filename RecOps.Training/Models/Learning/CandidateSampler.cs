namespace RecOps.Training.Models.Learning;

/// <summary>
/// Chooses the candidates of a training row for a sampled softmax (Bengio and Senécal 2008).
/// 1. Up to a tenth of the row: items the user bought next (the answers), in random order.
/// 2. Up to three tenths: the newest other items of the user's own history.
/// 3. Items the caller wants in the row, as long as half of the rest stays free for sampling.
/// 4. Sampled items, drawn in proportion to a power of their events plus one.
/// 5. Correct the logit of each sampled item by −log of its expected count, since it stands for all items not drawn. Without that,
/// repeat purchases would look rarer than they are.
/// </summary>
internal sealed class CandidateSampler
{
    private readonly ShopperHistories _histories;
    private readonly double[] _cumulative;
    private readonly float[] _correction;
    private readonly HashSet<int> _used = [];

    /// <param name="histories">Histories from the training events.</param>
    /// <param name="events">Number of events by item.</param>
    /// <param name="width">Candidates in a row; at most the number of items.</param>
    /// <param name="power">An item is drawn in proportion to this power of its events plus one.</param>
    public CandidateSampler(ShopperHistories histories, ReadOnlySpan<int> events, int width, double power = 0.5)
    {
        _histories = histories;
        Width = Math.Min(width, events.Length);
        Answers = Math.Max(1, Width / 10);
        Own = Width * 3 / 10;
        _cumulative = new double[events.Length];
        double sum = 0;
        for (int item = 0; item < events.Length; item++)
            _cumulative[item] = sum += Math.Pow(events[item] + 1, power);
        Drawn = Math.Max(1, (Width - Answers - Own) / 2);
        int draws = Width - Answers - Own;
        _correction = new float[events.Length];
        for (int item = 0; item < events.Length; item++)
            _correction[item] = (float)-Math.Log(Math.Min(1, Math.Max(1, draws) * Math.Pow(events[item] + 1, power) / sum));
    }

    public int Width { get; }

    /// <summary>The most answers in a row.</summary>
    public int Answers { get; }

    /// <summary>The most other items of the user's own history in a row.</summary>
    public int Own { get; }

    /// <summary>The fewest sampled items in a row, as far as the catalogue allows.</summary>
    public int Drawn { get; }

    /// <summary>Fills one row.</summary>
    /// <param name="sample">The lesson to fill the row for.</param>
    /// <param name="targets">Its answers, in any order.</param>
    /// <param name="certain">Items to include whatever is drawn, as far as there is room beside <see cref="Drawn"/> sampled items.</param>
    /// <param name="candidates">[width], distinct ordinals.</param>
    /// <param name="labels">[width], 1 for answers.</param>
    /// <param name="corrections">[width], added to the logits.</param>
    public void Fill(
        TrainingSample sample,
        HashSet<int> targets,
        Random random,
        ReadOnlySpan<int> certain,
        Span<long> candidates,
        Span<float> labels,
        Span<float> corrections
    )
    {
        labels.Clear();
        corrections.Clear();
        _used.Clear();
        int count = 0;
        int[] answers = [.. targets.Order()];
        random.Shuffle(answers);
        foreach (int item in answers.AsSpan(0, Math.Min(answers.Length, Answers)))
        {
            _used.Add(item);
            labels[count] = 1;
            candidates[count++] = item;
        }

        int ownEnd = Math.Min(Width, count + Own);
        for (int entry = sample.Entry - 1; entry >= _histories.Start(sample.User) && count < ownEnd; entry--)
        {
            int item = _histories.Items[entry];
            if (!targets.Contains(item) && _used.Add(item))
                candidates[count++] = item;
        }

        foreach (int item in certain)
        {
            if (count == Width - Drawn)
                break;
            if (!targets.Contains(item) && _used.Add(item))
                candidates[count++] = item;
        }

        // In a tiny catalogue sampling may never hit the remaining items; then take them in order.
        int attempts = 20 * Width;
        while (count < Width && attempts-- > 0)
        {
            int item = Draw(random);
            if (targets.Contains(item) || !_used.Add(item))
                continue;
            corrections[count] = _correction[item];
            candidates[count++] = item;
        }

        for (int item = 0; item < _cumulative.Length && count < Width; item++)
        {
            if (!targets.Contains(item) && _used.Add(item))
                candidates[count++] = item;
        }

        for (int item = 0; item < _cumulative.Length && count < Width; item++)
        {
            if (!_used.Add(item))
                continue;
            labels[count] = 1;
            candidates[count++] = item;
        }
    }

    private int Draw(Random random)
    {
        int found = Array.BinarySearch(_cumulative, random.NextDouble() * _cumulative[^1]);
        return Math.Min(found >= 0 ? found : ~found, _cumulative.Length - 1);
    }
}
