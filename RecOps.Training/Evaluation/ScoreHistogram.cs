namespace RecOps.Training.Evaluation;

/// <summary>
/// Any number of scores in constant memory: one bin for all floats that share the sign, the exponent and the first nine bits of the
/// mantissa, so every bin is about 0.2% wide. Each bin keeps its count, its mean and its number of relevant items.
/// </summary>
internal sealed class ScoreHistogram
{
    private const int Bits = 18;
    private readonly Bin[] _bins = new Bin[1 << Bits];

    public long Count { get; private set; }

    public long Relevant { get; private set; }

    /// <summary>Adds the scores of all items for one user.</summary>
    /// <param name="relevant">Ordinals, distinct.</param>
    /// <param name="asLogOdds">Scores are probabilities, to be kept as log odds.</param>
    public void Add(ReadOnlySpan<float> scores, ReadOnlySpan<int> relevant, bool asLogOdds)
    {
        foreach (float raw in scores)
        {
            float score = asLogOdds ? LogOdds(raw) : raw;
            ref Bin bin = ref _bins[BinOf(score)];
            bin.Count++;
            bin.Sum += score;
        }

        foreach (int item in relevant)
            _bins[BinOf(asLogOdds ? LogOdds(scores[item]) : scores[item])].Relevant++;
        Count += scores.Length;
        Relevant += relevant.Length;
    }

    /// <summary>Non-empty bins: mean score, relevant and other items.</summary>
    public List<(double Score, long Relevant, long Other)> Read()
    {
        var filled = new List<(double, long, long)>();
        foreach (Bin bin in _bins)
        {
            if (bin.Count > 0)
                filled.Add((bin.Sum / bin.Count, bin.Relevant, bin.Count - bin.Relevant));
        }

        return filled;
    }

    /// <summary>Also finite for 0 and 1, which single precision cannot tell from the limits used here.</summary>
    private static float LogOdds(float probability)
    {
        double p = Math.Clamp((double)probability, 1e-12, 1 - 1e-8);
        return (float)Math.Log(p / (1 - p));
    }

    private static uint BinOf(float score)
    {
        // Adding 0 turns -0 into 0; flipping bits gives them the same order as the numbers.
        uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
        uint ordered = (bits >> 31) != 0 ? ~bits : bits | 0x8000_0000;
        return ordered >> (32 - Bits);
    }

    private struct Bin
    {
        public long Count;
        public long Relevant;
        public double Sum;
    }
}
