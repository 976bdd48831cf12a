namespace RecOps.Training.Models.Learning;

/// <summary>
/// Fills the candidates of a training batch: the answers, other items of the user's own history, and a sample of the rest. A sampled
/// item stands for all those that were not drawn, so its logit is raised by -log of its expected count (Bengio and Senécal 2008);
/// without that, repeat purchases would look rarer than they are.
/// </summary>
internal sealed class CandidateSampler
{
    private readonly ShopperHistories _histories;
    private readonly double[] _cumulative;
    private readonly float[] _correction;
    private readonly HashSet<int> _used = [];

    /// <param name="histories">Of the training events.</param>
    /// <param name="events">Events by item.</param>
    /// <param name="width">How many candidates a row gets; at most the number of items.</param>
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

    /// <summary>At most so many answers are shown at once.</summary>
    public int Answers { get; }

    /// <summary>At most so many other items of the user's own history.</summary>
    public int Own { get; }

    /// <summary>At least so many are drawn, as far as there are others.</summary>
    public int Drawn { get; }

    /// <summary>Fills one row.</summary>
    /// <param name="sample">Whose.</param>
    /// <param name="targets">Its answers, in any order.</param>
    /// <param name="certain">Items that are to be among the candidates whatever is drawn, as far as there is room beside the draw's
    /// half.</param>
    /// <param name="candidates">[width], distinct ordinals.</param>
    /// <param name="labels">[width], 1 for answers.</param>
    /// <param name="corrections">[width], to be added to the logits.</param>
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

        // In a tiny catalogue the draw may never find what is left; then walk.
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
